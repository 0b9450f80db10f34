"""A hash that distinguishes models of the same name."""

from hashlib import blake2b
from pathlib import Path


def digest(*paths: Path) -> str:
    """8 hexadecimal digits for all files of a model, 37 MB in 0.1 s."""
    whole = blake2b(digest_size=4)
    for path in paths:
        for file in sorted(each for each in path.rglob("*") if each.is_file()) if path.is_dir() else [path]:
            whole.update(file.relative_to(path.parent).as_posix().encode())
            with file.open("rb") as content:
                while part := content.read(1 << 20):
                    whole.update(part)
    return whole.hexdigest()
