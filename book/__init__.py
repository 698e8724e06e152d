"""The web edition: the lessons, the ledger and the speeds as pages, from READMEs, code, papers/ and results/ alone.

formula (LaTeX to MathML) · prose (Markdown to HTML) · code (a file, its equations) · lesson, cells, others (the pages) ·
site (all of it into a folder). scripts/book.py is the command.
"""
