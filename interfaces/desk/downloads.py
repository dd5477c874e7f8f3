"""Files that a page hands out."""

from starlette.responses import Response


def download(content: bytes, name: str, kind: str) -> Response:
    """A file that the browser keeps, and does not show. Its name says nothing of anybody."""
    kind = f"{kind}; charset=utf-8" if kind.startswith("text/") else kind
    return Response(content, media_type=kind, headers={"Content-Disposition": f'attachment; filename="{name}"'})
