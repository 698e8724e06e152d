"""LaTeX's names of characters, by what TeX takes them for: that decides the space around them."""


def _pairs(text):
    words = text.split()
    return {f"\\{name}": sign for name, sign in zip(words[::2], words[1::2], strict=True)}


LETTERS = _pairs("""
    alpha α beta β gamma γ delta δ epsilon ϵ varepsilon ε zeta ζ eta η theta θ vartheta ϑ iota ι kappa κ lambda λ mu μ nu ν xi ξ
    omicron ο pi π varpi ϖ rho ρ varrho ϱ sigma σ varsigma ς tau τ upsilon υ phi ϕ varphi φ chi χ psi ψ omega ω
    ell ℓ hbar ℏ imath 𝚤 jmath 𝚥 partial ∂ wp ℘ aleph ℵ""")
UPRIGHT = _pairs("""
    Gamma Γ Delta Δ Theta Θ Lambda Λ Xi Ξ Pi Π Sigma Σ Upsilon Υ Phi Φ Psi Ψ Omega Ω nabla ∇ infty ∞ emptyset ∅ varnothing ∅
    forall ∀ exists ∃ nexists ∄ neg ¬ lnot ¬ top ⊤ bot ⊥ angle ∠ Re ℜ Im ℑ prime ′ degree ° square □ Box □ triangle △ checkmark ✓
    ldots … dots … dotsc … dotso … vdots ⋮ ddots ⋱ cdots ⋯ dotsb ⋯ dotsm ⋯ S § % % $ $ # # & & _ _ backslash \\ surd √ star ⋆""")
BINARY = _pairs("""
    pm ± mp ∓ times × div ÷ cdot · ast ∗ circ ∘ bullet • oplus ⊕ ominus ⊖ otimes ⊗ odot ⊙ cap ∩ cup ∪ setminus ∖ wedge ∧ land ∧
    vee ∨ lor ∨ sqcup ⊔ sqcap ⊓ dagger † ddagger ‡ uplus ⊎ amalg ⨿ diamond ⋄""")
RELATIONS = _pairs("""
    le ≤ leq ≤ ge ≥ geq ≥ ne ≠ neq ≠ lt < gt > ll ≪ gg ≫ leqslant ⩽ geqslant ⩾ lesssim ≲ gtrsim ≳ approx ≈ sim ∼ simeq ≃ cong ≅
    equiv ≡ propto ∝ in ∈ notin ∉ ni ∋ subset ⊂ supset ⊃ subseteq ⊆ supseteq ⊇ to → rightarrow → leftarrow ← gets ←
    leftrightarrow ↔ longrightarrow ⟶ longleftarrow ⟵ longleftrightarrow ⟷ Rightarrow ⇒ Leftarrow ⇐ Leftrightarrow ⇔
iff ⟺ implies ⟹
    Longrightarrow ⟹ mapsto ↦ longmapsto ⟼ uparrow ↑ downarrow ↓ mid ∣ nmid ∤ parallel ∥ perp ⊥ prec ≺ succ ≻ preceq ≼ succeq ≽
    vdash ⊢ models ⊨ asymp ≍ doteq ≐ coloneqq ≔ triangleq ≜ colon :""")
OPENING = _pairs("{ { lbrace { lbrack [ langle ⟨ lfloor ⌊ lceil ⌈ lvert | lVert ‖")
CLOSING = _pairs("} } rbrace } rbrack ] rangle ⟩ rfloor ⌋ rceil ⌉ rvert | rVert ‖")
FENCES = {**OPENING, **CLOSING, **_pairs("| ‖ vert | Vert ‖ uparrow ↑ downarrow ↓ backslash \\"), ".": ""}
FENCES |= {sign: sign for sign in "()[]|/<>‖⌊⌋⌈⌉⟨⟩"} | {"<": "⟨", ">": "⟩"}
LARGE = _pairs(
    "sum ∑ prod ∏ coprod ∐ bigcup ⋃ bigcap ⋂ bigoplus ⨁ bigotimes ⨂ bigvee ⋁ bigwedge ⋀ bigsqcup ⨆ biguplus ⨄"
)
INTEGRALS = _pairs("int ∫ iint ∬ iiint ∭ oint ∮")
NAMES = _pairs("""
    arccos arccos arcsin arcsin arctan arctan arg arg cos cos cosh cosh cot cot coth coth csc csc deg deg dim dim exp exp hom hom
    ker ker lg lg ln ln log log sec sec sin sin sinh sinh tan tan tanh tanh""")
LIMITS = _pairs("det det gcd gcd inf inf lim lim max max min min sup sup Pr Pr")
LIMITS |= {"\\argmax": "arg max", "\\argmin": "arg min", "\\limsup": "lim sup", "\\liminf": "lim inf"}
ACCENTS = _pairs("""
    hat ˆ widehat ˆ bar ¯ overline ¯ tilde ˜ widetilde ˜ vec → overrightarrow → dot ˙ ddot ¨ check ˇ breve ˘ acute ´ grave `
    mathring ˚""")
SPACES = {
    "\\,": 3,
    "\\thinspace": 3,
    "\\:": 4,
    "\\>": 4,
    "\\;": 5,
    "\\ ": 4.5,
    "~": 4.5,
    "\\!": -3,
    "\\quad": 18,
    "\\qquad": 36,
}
SPACES |= {"\\enspace": 9, "\\enskip": 9, "\\medspace": 4, "\\thickspace": 5}  # in eighteenths of an em

_SIGNS = {  # characters that stand for themselves
    "bin": "+±∓·×∗∘⊕⊗⊙∧∨∩∪÷∖−",
    "rel": "=<>≤≥≈≠≡∼≃≅∝∈∉→←↔⇒⇐⇔↦∣∥⊂⊆≪≫:",
    "open": "([⌊⌈⟨",
    "close": ")]⌋⌉⟩!?",
    "punct": ",;",
    "fence": "|‖/.",
    "upright": "∞∇∅∀∃…⋯⋮⋱′°%½¼¾⅓" + "ΓΔΘΛΞΠΣΥΦΨΩ",
}
_COMMANDS = {"letter": LETTERS, "upright": UPRIGHT, "bin": BINARY, "rel": RELATIONS, "open": OPENING, "close": CLOSING}
KINDS = {
    token: (kind, sign) for kind, signs in _COMMANDS.items() for token, sign in signs.items()
}  # token: (class, character)
KINDS |= {sign: (kind, sign) for kind, signs in _SIGNS.items() for sign in signs}
KINDS |= {sign: ("letter", sign) for sign in map(chr, range(0x21, 0x250)) if sign.isalpha()}
KINDS |= {sign: ("letter", sign) for sign in "αβγδεϵζηθϑικλμνξοπϖρϱσςτυφϕχψω∂ℓℏℝℕℤℚℂ"}
KINDS |= {
    "-": ("bin", "−"),
    "*": ("bin", "∗"),
    "\\|": ("fence", "‖"),
    "\\vert": ("fence", "|"),
    "\\Vert": ("fence", "‖"),
}


def side(sign):
    """Whether a bracket opens or closes, or neither: the class of its atom."""
    kind = KINDS.get(sign, ("ord",))[0]
    return kind if kind in ("open", "close") else "ord"
