"""Files are written whole or not at all, and never over another one unless that is said."""

from __future__ import annotations

import contextlib
import errno
import os
import secrets
import stat
from pathlib import Path


def write_whole(path: Path, content: bytes, *, replace: bool = False, mode: int = 0o666) -> None:
    """Put ``content`` into ``path``; whoever reads it finds the old file or the new one, never a part.

    Args:
        path: Where. A link is followed: what it names is written.
        content: All of it.
        replace: Whether a file that is there may be replaced; its permissions stay.
        mode: Permissions of a new file, less what the person's umask takes away.

    Raises:
        FileExistsError: There is something of that name, and ``replace`` is not set.
        OSError: It cannot be written there, or is a folder, a device or a pipe.
    """
    target = Path(os.path.realpath(path))
    old = target.lstat() if os.path.lexists(target) else None
    if old is not None and not replace:
        raise FileExistsError(errno.EEXIST, os.strerror(errno.EEXIST), str(path))
    if old is not None and not stat.S_ISREG(old.st_mode):
        raise OSError(errno.EINVAL, "no regular file", str(path))
    part = target.with_name(f".{target.name[:100]}.{secrets.token_hex(4)}.part")
    try:
        with os.fdopen(os.open(part, os.O_CREAT | os.O_EXCL | os.O_WRONLY, mode), "wb") as file:
            file.write(content)
        if old is not None:
            part.chmod(stat.S_IMODE(old.st_mode))
        _put(part, target, replace=replace)
    finally:
        with contextlib.suppress(OSError):
            part.unlink()


def _put(part: Path, target: Path, *, replace: bool) -> None:
    """The last step; without ``replace`` it fails if somebody was quicker."""
    if not replace:
        try:
            os.link(part, target)
        except FileExistsError:
            raise
        except OSError:  # a file system without links, for example a USB stick
            if os.path.lexists(target):
                raise FileExistsError(errno.EEXIST, os.strerror(errno.EEXIST), str(target)) from None
        else:
            return
    part.replace(target)
