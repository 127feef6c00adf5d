"""What a file is and why it is kept apart: by what is in it, then by its name, last by what its sender says."""

import gzip
import struct
import zipfile
import zlib
from collections.abc import Mapping
from io import BytesIO
from pathlib import Path
from time import perf_counter

import pytest
from hypothesis import given
from hypothesis import strategies as st

from care import content
from care.reading.file_types import look
from care.words import Danger

PNG = b"\x89PNG\r\n\x1a\n" + bytes(60)
JPEG = b"\xff\xd8\xff\xe0\x00\x10JFIF" + bytes(60)
PROGRAM = b"MZ\x90\x00" + bytes(56) + b"\x40\0\0\0PE\0\0" + bytes(40)
ELF = b"\x7fELF\x02\x01\x01" + bytes(60)
LNK = bytes.fromhex("4c0000000114020000000000c000000000000046") + bytes(60)
ISO = bytes(32769) + b"CD001" + bytes(60)
PAGE = b"<!DOCTYPE html><html><body>masuk</body></html>"
SVG = b'<?xml version="1.0"?><svg xmlns="http://www.w3.org/2000/svg"><script>1</script></svg>'
WORD = "application/vnd.openxmlformats-officedocument.wordprocessingml.document"
SHEET = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
OCTETS = "application/octet-stream"
EXECUTABLE = "application/vnd.microsoft.portable-executable"


def zipped(files: Mapping[str, bytes | str], how: int = zipfile.ZIP_DEFLATED) -> bytes:
    made = BytesIO()
    with zipfile.ZipFile(made, "w", how) as archive:
        for name, inside in files.items():
            archive.writestr(name, inside)
    return made.getvalue()


def locked(archive: bytes) -> bytes:
    """An archive whose first file is marked as encrypted, as both of its records say."""
    changed = bytearray(archive)
    changed[6] |= 1
    changed[changed.index(b"PK\1\2") + 8] |= 1
    return bytes(changed)


def office(*more: str, relations: str = "", folder: str = "word") -> bytes:
    files = {"[Content_Types].xml": "<Types/>", "_rels/.rels": "<Relationships/>", f"{folder}/document.xml": "<w/>"}
    files |= {f"{folder}/_rels/settings.xml.rels": f"<Relationships>{relations}</Relationships>"} if relations else {}
    return zipped(files | dict.fromkeys(more, "x"))


def relation(kind: str, target: str, mode: str = "External") -> str:
    where = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
    return f'<Relationship Id="rId1" Type="{where}/{kind}" Target="{target}" TargetMode="{mode}"/>'


def ole(*streams: str, inside: bytes = b"") -> bytes:
    return (
        b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"
        + bytes(504)
        + inside
        + b"".join(f"{one}\0".encode("utf-16-le") for one in streams)
    )


def open_document(kind: str, *more: str) -> bytes:
    made = BytesIO()
    with zipfile.ZipFile(made, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("mimetype", f"application/vnd.oasis.opendocument.{kind}", zipfile.ZIP_STORED)
        for name in ("content.xml", "META-INF/manifest.xml", *more):
            archive.writestr(name, "<x/>")
    return made.getvalue()


HARMLESS = {
    "layar.png": (PNG, "image/png"),
    "ktp.jpg": (JPEG, "image/jpeg"),
    "stiker.webp": (b"RIFF\x10\0\0\0WEBPVP8 ", "image/webp"),
    "IMG_0001.HEIC": (b"\0\0\0\x18ftypheic\0\0\0\0", "image/heic"),
    "gerak.gif": (b"GIF89a\1\0\1\0", "image/gif"),
    "suara.opus": (b"OggS\0\2" + bytes(20), "audio/ogg"),
    "rekaman.amr": (b"#!AMR\n<\x91", "audio/amr"),
    "panggilan.mp3": (b"ID3\3\0\0\0\0\0\0", "audio/mpeg"),
    "layar.mp4": (b"\0\0\0\x18ftypmp42\0\0\0\0", "video/mp4"),
    "lama.3gp": (b"\0\0\0\x18ftyp3gp4\0\0\0\0", "video/3gpp"),
    "tagihan.pdf": (b"%PDF-1.7\n1 0 obj <</Type /Catalog /OpenAction 2 0 R>>", "application/pdf"),
    "pindaian.pdf": (b"\n\n%PDF-1.4\n", "application/pdf"),
    "surat.rtf": (rb"{\rtf1\ansi Yth. \b Bapak\b0}", "application/rtf"),
    "laporan.docx": (office(), WORD),
    "data.xlsx": (office(folder="xl"), SHEET),
    "laporan.doc": (ole("WordDocument", "1Table"), "application/msword"),
    "tagihan.xls": (ole("Workbook"), "application/vnd.ms-excel"),
    "surat.odt": (open_document("text"), "application/vnd.oasis.opendocument.text"),
    "bukti.zip": (zipped({"a/layar.png": PNG, "b.txt": "x", "tagihan.pdf": "%PDF"}), "application/zip"),
    "kosong.zip": (zipped({}), "application/zip"),
    "log.txt.gz": (gzip.compress(b"sinyal hilang\n" * 9000), "application/gzip"),
    "catatan.txt": (b"Sinyal hilang sejak pagi", "text/plain"),
    "gula.txt": (b"MZ1312 kilo gula", "text/plain"),
    "utf16.txt": ("sinyal".encode("utf-16"), "text/plain"),
    "kode.txt": (b"<html>begini tampilannya", "text/plain"),
    "data.csv": (b"tanggal,rupiah\n1,2\n", "text/csv"),
    "faktur.xml": (b'<?xml version="1.0"?><faktur><nilai>1</nilai></faktur>', "application/xml"),
    "diteruskan.eml": (b"MIME-Version: 1.0\r\nSubject: hal\r\n\r\n", "message/rfc822"),
    "tanpa nama belakang": (PNG, "image/png"),
    "pt. contoh jaya": (b"Sinyal hilang", "text/plain"),
}


@pytest.mark.parametrize("name", HARMLESS)
def test_what_customers_send_is_known_by_what_is_in_it(name: str) -> None:
    inside, kind = HARMLESS[name]
    assert look(name, OCTETS, inside) == (kind, None)


DANGEROUS = {
    "pasang.exe": (PROGRAM, Danger.PROGRAM),
    "PASANG.EXE": (b"bukan program", Danger.PROGRAM),
    "pasang": (PROGRAM, Danger.PROGRAM),
    "pasang.xyz": (ELF, Danger.PROGRAM),
    "undangan.apk": (zipped({"AndroidManifest.xml": "x", "classes.dex": "dex"}), Danger.PROGRAM),
    "alat.jar": (zipped({"META-INF/MANIFEST.MF": "x", "A.class": "x"}), Danger.PROGRAM),
    "alat.ipa": (zipped({"Payload/A.app/A": "x"}), Danger.PROGRAM),
    "pasang.msi": (ole(inside=bytes.fromhex("84100c0000000000c000000000000046")), Danger.PROGRAM),
    "layar.scr": (PROGRAM, Danger.PROGRAM),
    "jalan.js": (b"new ActiveXObject('x')", Danger.SCRIPT),
    "jalan.vbs": (b"x", Danger.SCRIPT),
    "jalan.ps1": (b"x", Danger.SCRIPT),
    "jalan.bat": (b"x", Danger.SCRIPT),
    "jalan.hta": (b"x", Danger.SCRIPT),
    "jalan": (b"#!/bin/sh\nrm -r x\n", Danger.SCRIPT),
    "buka.lnk": (b"x", Danger.SHORTCUT),
    "buka": (LNK, Danger.SHORTCUT),
    "situs.url": (b"[InternetShortcut]\r\nURL=file://x\r\n", Danger.SHORTCUT),
    "situs": (b"[InternetShortcut]\r\nURL=file://x\r\n", Danger.SHORTCUT),
    "disk.iso": (b"x", Danger.DISK_IMAGE),
    "disk": (ISO, Danger.DISK_IMAGE),
    "disk.img": (b"x", Danger.DISK_IMAGE),
    "disk.vhd": (b"x", Danger.DISK_IMAGE),
    "masuk.html": (PAGE, Danger.PAGE),
    "masuk.htm": (b"x", Danger.PAGE),
    "masuk.shtml": (b"x", Danger.PAGE),
    "masuk.mht": (b"x", Danger.PAGE),
    "masuk": (b"\xef\xbb\xbf \n<HTML><body>", Danger.PAGE),
    "masuk.dat": ("<html>".encode("utf-16"), Danger.PAGE),
    "gambar.svg": (SVG, Danger.PAGE),
    "laporan.docm": (office(), Danger.MACRO),
    "laporan.docx": (office("word/vbaProject.bin"), Danger.MACRO),
    "data.xlsx": (office("xl/macrosheets/sheet1.xml", folder="xl"), Danger.MACRO),
    "laporan.doc": (ole("WordDocument", "_VBA_PROJECT"), Danger.MACRO),
    "data.xls": (ole("Workbook", inside=b"\x85\0\x0e\0abcd\x02\x01\x06\0Macro1"), Danger.MACRO),
    "surat.odt": (open_document("text", "Basic/Standard/Module1.xml"), Danger.MACRO),
    "formulir.pdf": (b"%PDF-1.7 <</S /JavaScript /JS (app.alert(1))>>", Danger.ACTIVE),
    "formulir2.pdf": (b"%PDF-1.7 <</S /J#61va#53cript>>", Danger.ACTIVE),
    "jalan.pdf": (b"%PDF-1.7 <</S /Launch /F (cmd.exe)>>", Danger.ACTIVE),
    "surat.rtf": (rb"{\rtf1{\object\objemb{\*\objdata 0105}}}", Danger.ACTIVE),
    "templat.rtf": (rb"{\rtf1{\*\template http://x.example/a.dotm}}", Danger.ACTIVE),
    "catatan.one": (b"x", Danger.ACTIVE),
    "lampiran.doc": (ole("WordDocument", "\x01Ole10Native"), Danger.ACTIVE),
    "benda.docx": (office("word/embeddings/oleObject1.bin"), Danger.ACTIVE),
    "templat.docx": (office(relations=relation("attachedTemplate", "https://x.example/a.dotm")), Danger.ACTIVE),
    "rahasia.docx": (ole("EncryptedPackage"), Danger.SEALED),
    "bukti.zip": (zipped({"a/b/pasang.exe": "x"}), Danger.PACKED),
    "halaman.zip": (zipped({"masuk.html": "x"}), Danger.PACKED),
    "makro.zip": (zipped({"laporan.docm": "x"}), Danger.PACKED),
    "dalam.zip": (zipped({"dalam.zip": zipped({"pasang.exe": "x"})}, zipfile.ZIP_STORED), Danger.PACKED),
    "bungkus.zip": (zipped({"dalam.zip": zipped({"pasang.exe": "x"})}), Danger.SEALED),
    "kunci.zip": (locked(zipped({"layar.png": PNG})), Danger.SEALED),
    "kunci2.zip": (locked(zipped({"pasang.exe": "x"})), Danger.PACKED),
    "bukti.rar": (b"Rar!\x1a\x07\1\0" + bytes(30), Danger.SEALED),
    "bukti.7z": (b"7z\xbc\xaf\x27\x1c" + bytes(30), Danger.SEALED),
    "bukti.dat": (b"\x1f\x8b\x08" + bytes(30), Danger.SEALED),
    "arsip.tgz": (gzip.compress(bytes(257) + b"ustar" + bytes(60)), Danger.SEALED),
    "ganda.gz": (gzip.compress(gzip.compress(b"sinyal hilang")), Danger.SEALED),
    "gambar.gz": (gzip.compress(PNG), Danger.SEALED),
    "pasang.txt.gz": (gzip.compress(PROGRAM), Danger.PACKED),
    "jalan.js.gz": (gzip.compress(b"x"), Danger.PACKED),
    "log.gz": (b"\x1f\x8b\x08\x08\0\0\0\0\0\x03jalan.js\0" + gzip.compress(b"x")[10:], Danger.PACKED),
}


@pytest.mark.parametrize("name", DANGEROUS)
def test_what_may_do_harm_is_kept_apart_and_it_is_said_why(name: str) -> None:
    inside, danger = DANGEROUS[name]
    assert look(name, OCTETS, inside).danger is danger


DISGUISED = {
    "foto.jpg": PROGRAM,
    "tagihan.pdf": ELF,
    "layar.png": PAGE,
    "data.xls": PAGE,
    "faktur.xml": SVG,
    "disk.zip": ISO,
    "surat.doc": b"MIME-Version: 1.0\r\nContent-Type: multipart/related\r\n",
    "foto.jpg.exe": PROGRAM,
    "Tagihan Mei.pdf      .js": b"x",
    "foto.png.lnk. . ": LNK,
    "catatan.txt\u200b.vbs\u00ad": b"x",
    "foto\u202egpj.exe": PROGRAM,
    "foto\u202eexe.jpg": JPEG,
}


@pytest.mark.parametrize("name", DISGUISED)
def test_a_name_that_says_something_harmless_of_what_is_not_is_a_disguise(name: str) -> None:
    assert look(name, "image/jpeg", DISGUISED[name]).danger is Danger.DISGUISED


def test_a_name_that_is_merely_wrong_is_no_disguise() -> None:
    assert look("layar.jpg", "image/jpeg", PNG) == ("image/png", None)
    assert look("laporan.v1.2.docx", "application/msword", office()) == (WORD, None)
    assert look("laporan.zip", "application/zip", office()) == (WORD, None)


@pytest.mark.parametrize(
    ("name", "declared", "inside", "kind"),
    [
        ("foto.jpg", "image/jpeg", b"", OCTETS),
        ("foto.jpg", "image/jpeg", b"bukan foto", "text/plain"),
        ("foto.jpg", "image/jpeg", b"\0bukan foto", OCTETS),
        ("data", "application/x-contoh", b"\0\1", "application/x-contoh"),
        ("data", "Application/X-Contoh; a=b", b"\0\1", "application/x-contoh"),
        ("data", "bukan/jenis/ini\n", b"\0\1", OCTETS),
        ("data", "text/plain", b"\0\1", OCTETS),
        ("data", "application/json", b"{}", "application/json"),
        ("data.csv", "text/plain", b"a,b", "text/plain"),
        ("data.csv", OCTETS, b"a,b", "text/csv"),
        ("pasang.exe", "image/png", PROGRAM, EXECUTABLE),
    ],
)
def test_what_is_declared_counts_where_nothing_tells_the_type(
    name: str, declared: str, inside: bytes, kind: str
) -> None:
    assert look(name, declared, inside).type == kind


def test_a_dangerous_type_that_is_declared_counts_where_nothing_else_tells() -> None:
    assert look("berkas", "text/html", b"halo").danger is Danger.PAGE
    assert look("berkas", "application/vnd.android.package-archive", b"halo").danger is Danger.PROGRAM
    assert look("berkas.txt", "text/html", b"halo").danger is None
    assert look("berkas", "text/html", PNG).danger is None


def test_a_documents_own_template_is_no_harm_and_what_it_fetches_is() -> None:
    def of(*given: str) -> Danger | None:
        return look("surat.docx", WORD, office(relations=relation(*given))).danger

    assert of("attachedTemplate", r"file:///C:\Users\sari\Normal.dotm") is None
    assert of("attachedTemplate", "Normal.dotm") is None
    assert of("hyperlink", "https://817.example") is None
    assert of("image", "media/image1.png", "Internal") is None
    assert of("attachedTemplate", r"file://host.example/a.dotm") is Danger.ACTIVE
    assert of("attachedTemplate", r"\\host.example\a.dotm") is Danger.ACTIVE
    assert of("attachedTemplate", "&#104;ttp://x.example/a") is Danger.ACTIVE
    assert of("oleObject", "https://x.example/a.html!") is Danger.ACTIVE


def test_a_drawing_and_a_page_in_a_document_are_no_harm() -> None:
    assert look("surat.docx", WORD, office("word/media/image1.svg", "word/afchunk.htm")).danger is None


def test_a_directory_that_hides_a_file_hides_it_from_nobody() -> None:
    whole = zipped({"layar.png": PNG, "pasang.exe": "x"})
    renamed = whole[: whole.index(b"PK\1\2")] + whole[whole.index(b"PK\1\2") :].replace(b"pasang.exe", b"pasang.png")
    assert look("bukti.zip", "application/zip", renamed).danger is Danger.PACKED
    assert look("bukti.zip", "application/zip", whole[: whole.index(b"PK\1\2")]).danger is Danger.PACKED, "cut off"
    assert look("bukti.zip", "application/zip", b"awal" + whole).danger is Danger.PACKED, "behind something"
    assert look("bukti.zip", "application/zip", JPEG + whole).danger is Danger.PACKED, "behind a picture"


def test_more_files_than_are_looked_at_are_not_trusted() -> None:
    record = b"PK\3\4" + bytes(22) + struct.pack("<2H", 1, 0) + b"a"
    assert look("bukti.zip", "application/zip", record * 20_001).danger is Danger.SEALED


def test_nothing_is_unpacked_beyond_its_bound() -> None:
    """The relationship that fetches stands behind more blanks than are unpacked."""
    fetches = relation("oleObject", "https://x.example/a.html!")
    assert look("surat.docx", WORD, office(relations=" " * 60_000 + fetches)).danger is Danger.ACTIVE
    assert look("surat.docx", WORD, office(relations=" " * 64_000 + fetches)).danger is None


BEGINS = (
    b"",
    b"MZ",
    b"PK\3\4",
    b"PK\1\2",
    b"%PDF-",
    b"{\\rt",
    b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1",
    b"<?xml ",
    b"\xff\xfe",
)


@given(
    st.text(max_size=60),
    st.text(max_size=40),
    st.lists(st.sampled_from(BEGINS) | st.binary(max_size=80), max_size=6).map(b"".join),
)
def test_any_file_of_any_name_is_looked_at(name: str, declared: str, inside: bytes) -> None:
    seen = look(name, declared, inside)
    assert "/" in seen.type


HOSTILE = {
    "names of a PDF": b"%PDF-1.7" + b"/JavaScrip#7" * 100_000,
    "records without an end": b"PK\3\4" + b"PK" * 600_000,
    "long names": (b"PK\3\4" + bytes(22) + struct.pack("<2H", 65_000, 0)) * 40_000,
    "almost macros": b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + "Workbook_VBA_PROJEC".encode("utf-16-le") * 30_000,
    "blanks in RTF": b"{\\rt" + b"\\*" + b" " * 1_200_000,
    "objects of no kind": b"{\\rt" + b"\\obj" * 300_000,
    "a comment without an end": b"<!--" + b" " * 1_200_000,
    "tags": b"<?xml " + b"<a:" * 400_000,
    "an unpackable relationship": office(relations="<" * 60_000) + zlib.compress(bytes(1_000_000)),
}


@pytest.mark.parametrize("what", HOSTILE)
def test_no_file_takes_long(what: str) -> None:
    begun = perf_counter()
    look("berkas.zip", OCTETS, HOSTILE[what])
    assert perf_counter() - begun < 1


def test_each_end_of_a_name_is_said_once_and_each_reason_is_used() -> None:
    source = content.toml("file_types")
    types = source["types"].values()
    ends = [*" ".join(one["named"] for one in types).split(), *" ".join(source["named"].values()).split()]
    assert sorted(ends) == sorted(set(ends))
    assert {one.get("danger") for one in types} - {None} <= set(Danger)
    text = (Path(content.FOLDER) / "file_types.toml").read_text(encoding="utf-8")
    assert text.isascii(), "bytes are written as numbers"
