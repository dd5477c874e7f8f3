"""Pages and mails from templates that stand beside the code which fills them."""

from pathlib import Path

from jinja2 import Environment, FileSystemLoader, StrictUndefined, select_autoescape


def templates_beside(module: str, folder: str = ".") -> Environment:
    """The templates of a module (its `__file__`). In HTML what is filled in is escaped, and nothing may be missing."""
    return Environment(
        loader=FileSystemLoader(Path(module).parent / folder),
        autoescape=select_autoescape(("html.j2",), default_for_string=False),
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )
