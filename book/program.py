"""The page of one program of a lesson: what it computes, its settings, its experiments, its source."""

import re
from html import escape

import yaml

from abacus import lessons
from book import code, layout, lesson, prose


def page(edition, found, study, at):
    """The page of one program."""
    experiments = [e for e in edition.experiments[found.name] if e.study == study.name or (not e.study and study.first)]
    command = "python run.py" + ("" if study.first else f" study={study.name}")
    rows = "".join(
        f"<tr><th "
        f'scope="row"><code>{name}</code></th><td>{prose.inline(comment)}</td><td><code>{escape(_value(study, name))}</code></td>'
        f"<td><code>{escape(kind)}</code></td></tr>"
        for name, kind, comment in study.fields
    )
    settings = (
        '<h2 id="settings">Its settings</h2><p>The third column is what the command above takes. Any of them can be changed: '
        f"<code>{command} {study.fields[0][0]}=...</code></p>"
        '<div class="scroll" tabindex="0" role="region" aria-label="Settings"><table><thead><tr><th scope="col">name</th>'
        f'<th scope="col">what it is</th><th scope="col">value</th><th scope="col">what it may '
        f"be</th></tr></thead><tbody>{rows}</tbody></table></div>"
        if study.fields
        else ""
    )
    tables = "".join(_experiment(found, e) for e in experiments)
    tables = f'<h2 id="tables">Its experiments</h2><ul class="experiments">{tables}</ul>' if tables else ""
    source = code.read(study.file)
    numbers = {n for ns in source.equations.values() for n in ns} & set(edition.tags.get(found.name, ()))
    body = f"""<div class="narrow"><p class="step"><a href="index.html">{escape(found.title)}</a></p>
<h1>{study.name}</h1><p class="lede">{prose.inline(study.sentence)}</p>
<pre class="block" tabindex="0"><code>cd projects/{found.name}\n{command}</code></pre>
{settings}{tables}
<h2 id="source">Its source, {study.file.name}</h2></div>
<pre class="source" tabindex="0"><code>{code.listing(source, numbers, "index.html")}</code></pre>"""
    edition.say(found.title, f"program {study.name}", at, f"{study.sentence} " + " ".join(e.about for e in experiments))
    side = layout.path(edition.lessons, lessons.STEPS, "../", None)
    return layout.page(
        at, f"{study.name}, {found.title}", body, side=side, about=study.sentence, kind="plain", commit=edition.commit
    )


def _value(study, name):
    value = study.values.get(name, "")
    return (
        re.sub(r"\s+", " ", yaml.safe_dump(value, default_flow_style=True).replace("...", "").strip())
        if name in study.values
        else ""
    )


def _experiment(found, experiment):
    cost = f" · {layout.seconds(experiment.spent)} of computing" if experiment.spent >= 1 else ""
    marks = lesson.judged(f"../ledger.html?project={found.name}&amp;q={experiment.experiment}", [experiment])
    return (
        f"<li><code>python run.py experiment={experiment.experiment}</code>"
        f"<p>{prose.inline(experiment.about)}{cost}</p>{marks}</li>"
    )
