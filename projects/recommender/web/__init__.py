"""The site: a store (SQLite), lists (models that are learnt in the background) and pages (Starlette)."""
