"""A root filesystem in the making, in a tar file that a container engine imports."""

import io
import os
import tarfile
from collections.abc import Collection
from pathlib import Path


class Rootfs:
    """What is put there first stays; folders above it are made as they are needed."""

    def __init__(self, archive: tarfile.TarFile) -> None:
        self._archive = archive
        self._there: set[Path] = set()

    def take(self, path: Path) -> None:
        """A file, link or folder of this machine, at the same place; of a folder, only itself."""
        place = path.parent.resolve() / path.name
        if self._is_new(place):
            entry = self._archive.gettarinfo(place, str(place).lstrip("/"))
            if entry.isreg():
                with place.open("rb") as content:
                    self._archive.addfile(entry, content)
            else:
                self._archive.addfile(entry)

    def take_tree(self, folder: Path, *, without: Collection[str]) -> None:
        """A folder of this machine and all below it."""
        for where, folders, names in os.walk(folder):
            folders[:] = [name for name in folders if name not in without]
            for name in (*folders, *names):
                self.take(Path(where, name))

    def write(self, place: Path, content: bytes, *, mode: int = 0o644) -> None:
        entry = tarfile.TarInfo(str(place).lstrip("/"))
        entry.size, entry.mode = len(content), mode
        if self._is_new(place):
            self._archive.addfile(entry, io.BytesIO(content))

    def link(self, place: Path, target: str) -> None:
        entry = tarfile.TarInfo(str(place).lstrip("/"))
        entry.type, entry.linkname = tarfile.SYMTYPE, target
        if self._is_new(place):
            self._archive.addfile(entry)

    def folder(self, place: Path, *, mode: int = 0o755) -> None:
        entry = tarfile.TarInfo(str(place).lstrip("/"))
        entry.type, entry.mode = tarfile.DIRTYPE, mode
        if self._is_new(place):
            self._archive.addfile(entry)

    def _is_new(self, place: Path) -> bool:
        """Whether nothing stands there yet; then all folders above it do, open to everyone."""
        if place in self._there or place == Path("/"):
            return False
        self.folder(place.parent)
        self._there.add(place)
        return True
