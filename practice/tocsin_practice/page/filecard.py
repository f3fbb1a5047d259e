"""A file in a message to HTML: its name, size, a way to fetch it, and a preview of text, Markdown, images."""

from urllib.parse import quote

from tocsin_practice.model import File, Json
from tocsin_practice.page import markdown
from tocsin_practice.page.markup import Html, tag
from tocsin_practice.page.scene import Scene

PREVIEWED_BYTES = 20_000
KIBI = 1024
SHOWN_BYTES = 4 * KIBI * KIBI
IMAGE_TYPES = frozenset({"image/png", "image/jpeg", "image/gif"})
TEXT_TYPES = ("text/", "application/json", "application/xml", "application/yaml", "application/x-yaml")
MARKS = {"markdown": "📝", "csv": "📊", "json": "🧾", "png": "🖼️", "svg": "🖼️", "pdf": "📕", "zip": "🗜️"}


def draw(shared: Json, scene: Scene) -> Html:
    """A file as a card under its message; one that is gone says so."""
    file = scene.file(str(shared.get("id", "")))
    if file is None:
        return tag("div", "This file was deleted.", class_="file muted")
    name = file.title or file.name
    head = tag(
        "div",
        tag("span", MARKS.get(file.filetype, "📄"), class_="file-mark", aria_hidden="true"),
        tag("div", tag("div", name, class_="file-name"), tag("div", _kind(file), class_="muted")),
        tag("a", "Download", class_="btn", href=f"{address(file, scene)}?download=1", download=file.name),
        class_="file-head",
    )
    return tag("div", head, _image(file, scene) or _preview(file), class_="file")


def address(file: File, scene: Scene) -> str:
    """Where the page serves a file's content."""
    return scene.viewer.address("files", file.id, quote(file.name, safe=""))


def is_text(file: File) -> bool:
    """Whether a file's content can be shown as text."""
    known = file.mimetype.startswith(TEXT_TYPES) or file.filetype in {"markdown", "text", "log", "toml"}
    return known and b"\0" not in file.content[:PREVIEWED_BYTES]


def _kind(file: File) -> str:
    return f"{file.filetype.capitalize()} · {_size(file.size or len(file.content))}"


def _size(count: int) -> str:
    if count < KIBI:
        return f"{count} bytes"
    if count < KIBI * KIBI:
        return f"{count / KIBI:.0f} kB"
    return f"{count / KIBI / KIBI:.1f} MB"


def _image(file: File, scene: Scene) -> Html | None:
    """The image itself, with the alternative text that came with it; large ones are for downloading."""
    if file.mimetype not in IMAGE_TYPES or not 0 < len(file.content) <= SHOWN_BYTES:
        return None
    where = address(file, scene)
    shown = tag("img", src=where, alt=file.alt_txt or file.title or file.name)
    return tag("a", shown, class_="file-image", href=where, target="_blank", rel="noopener")


def _preview(file: File) -> Html | None:
    if not is_text(file) or not file.content:
        return None
    words = file.content[:PREVIEWED_BYTES].decode("utf-8", errors="replace")
    drawn = markdown.draw(words) if file.filetype == "markdown" else tag("pre", words)
    summary = tag("summary", tag("span", "Preview"))
    body = tag(
        "div", drawn, class_="file-preview", tabindex="0", role="region", aria_label=f"Preview of {file.name}"
    )
    return tag("details", summary, body, open=True, class_="preview")
