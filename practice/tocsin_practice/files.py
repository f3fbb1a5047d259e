"""Files: announced, uploaded, then shared into a channel."""

import mimetypes
import secrets
from collections.abc import Iterator

from tocsin_practice.changes import ChangeFeed, ChangeKind
from tocsin_practice.model import File
from tocsin_practice.stamps import Stamps


class Files:
    """All files by id."""

    def __init__(self, feed: ChangeFeed, stamps: Stamps) -> None:
        self._feed = feed
        self._stamps = stamps
        self._by_id: dict[str, File] = {}

    def __iter__(self) -> Iterator[File]:
        return iter(self._by_id.values())

    def get(self, file_id: str) -> File | None:
        """The file with this id, or None."""
        return self._by_id.get(file_id)

    def forget_all(self) -> None:
        """Forget everything."""
        self._by_id.clear()

    def announce(self, name: str, *, owner: str, size: int, alt_txt: str = "") -> File:
        """Make room for a file of `size` bytes; its content comes by its upload key."""
        extension = name.rpartition(".")[2].lower() if "." in name else "text"
        file = File(
            id=self._stamps.next_id("F"),
            name=name,
            title=name,
            owner=owner,
            created=self._stamps.now(),
            size=size,
            mimetype=mimetypes.guess_type(name)[0] or "text/plain",
            filetype={"md": "markdown", "txt": "text"}.get(extension, extension),
            alt_txt=alt_txt,
            upload_key=secrets.token_urlsafe(24),
        )
        self._by_id[file.id] = file
        return file

    def by_upload_key(self, key: str) -> File | None:
        """The announced file whose upload address carries this key, or None."""
        return next((f for f in self if f.upload_key and secrets.compare_digest(f.upload_key, key)), None)

    def share(self, file: File, channel_id: str) -> None:
        """Note that a file was posted in a channel."""
        file.channels.append(channel_id)
        self._feed.append(
            ChangeKind.FILE_SHARED, {"file_id": file.id, "user_id": file.owner}, channel=channel_id
        )

    def delete(self, file: File) -> None:
        """Take a file away."""
        del self._by_id[file.id]
        for channel_id in file.channels:
            self._feed.append(ChangeKind.FILE_DELETED, {"file_id": file.id}, channel=channel_id)
