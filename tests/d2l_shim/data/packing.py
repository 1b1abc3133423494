"""Archives in memory."""

import io
import tarfile
import zipfile


def tar(*members, mode="w:gz"):
    """Pack pairs of a name and bytes, and triples of a name, a kind and what it links to."""
    packed = io.BytesIO()
    with tarfile.open(fileobj=packed, mode=mode) as archive:
        for name, *about in members:
            member = tarfile.TarInfo(name)
            if len(about) == 2:
                member.type, member.linkname = about
                archive.addfile(member)
            else:
                member.size = len(about[0])
                archive.addfile(member, io.BytesIO(about[0]))
    return packed.getvalue()


def zipped(*members):
    """Pack pairs of a name and bytes."""
    packed = io.BytesIO()
    with zipfile.ZipFile(packed, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, data in members:
            archive.writestr(name, data)
    return packed.getvalue()
