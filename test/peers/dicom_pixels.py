#!/usr/bin/env python3
"""DICOM files and their pixels as pydicom reads them, for test/unit/images/dicom/pixels.test.ts.

    python dicom_pixels.py ../fixtures/dicom          # small files only, as they are committed
    python dicom_pixels.py /tmp/all-dicom --all       # also large ones: DICOM_REFERENCE_DIR=/tmp/all-dicom

Needs pydicom, numpy, pillow, pylibjpeg, pylibjpeg-libjpeg, pylibjpeg-openjpeg, pylibjpeg-rle, pyjpegls, python-gdcm. Copies the files that
pydicom ships and writes variants of them with pydicom itself (and gdcm, for JPEG lossless); beside each stands what is expected, as PNG,
by the definition in main/images/dicom/voi.ts, from pydicom's decoders, LUTs, windows and colour conversions. What is not compared is
listed with the reason. Nothing of this project's code is used.
"""
import copy, json, sys, warnings
from pathlib import Path
import numpy as np
import pydicom
from PIL import Image
from pydicom import uid
from pydicom.dataset import Dataset
from pydicom.pixels import pixel_array
from pydicom.pixels.processing import apply_color_lut, apply_modality_lut, apply_voi, apply_windowing
from pydicom.sequence import Sequence

warnings.simplefilter("ignore")
SHIPPED = Path(pydicom.__file__).parent / "data"
out = Path(sys.argv[1])
SMALL = 10**9 if "--all" in sys.argv else 40_000
ALWAYS = {"J2K_pixelrep_mismatch.dcm"}
files, listed = {}, {}


def usual_bits(largest):
    return next(bits for bits in (8, 10, 12, 14, 16) if largest < 2**bits)


def expected(ds):
    """8-bit pixels: rows x columns, or rows x columns x 3."""
    photometric = ds.PhotometricInterpretation
    if photometric == "PALETTE COLOR":
        rgb = apply_color_lut(pixel_array(ds), ds)
        return rgb if rgb.dtype == np.uint8 else np.floor(rgb / 65535 * 255 + 0.5).astype(np.uint8)
    if not photometric.startswith("MONOCHROME"):
        rgb = pixel_array(ds).astype(np.float64)
        return np.floor(rgb * 255 / (2**ds.BitsStored - 1) + 0.5).astype(np.uint8)
    stored = pixel_array(ds)
    shift = ds.HighBit + 1 - ds.BitsStored
    if shift:  # pydicom cuts off the upper bits
        stored = (np.frombuffer(ds.PixelData, "<u2") >> shift).reshape(stored.shape)
    values = apply_modality_lut(stored, ds).astype(np.float64)
    padding = ds.get("PixelPaddingValue")
    padded = np.zeros(stored.shape, bool) if padding is None else stored == padding
    plain = ds.BitsStored <= 8 and not ds.PixelRepresentation and "ModalityLUTSequence" not in ds and \
        (ds.get("RescaleSlope", 1), ds.get("RescaleIntercept", 0)) == (1, 0)
    if "VOILUTSequence" in ds:
        table = np.atleast_1d(apply_voi(np.arange(-(2**15), 2**16), ds))
        level = apply_voi(values, ds) / (2 ** usual_bits(table.max()) - 1)
    elif "WindowWidth" in ds:
        black, white = apply_windowing(np.array([-1e9, 1e9]), ds)
        level = (apply_windowing(values, ds) - black) / (white - black)
    elif plain:
        level = values / (2**ds.BitsStored - 1)
    else:
        least, most = values[~padded].min(), values[~padded].max()
        level = (values - least) / max(most - least, 1e-9)
    if photometric == "MONOCHROME1" or ds.get("PresentationLUTShape") == "INVERSE":
        level = 1 - level
    level[padded] = 0
    return np.floor(np.clip(level, 0, 1) * 255 + 0.5).astype(np.uint8)


def save_expected(name, ds):
    Image.fromarray(expected(ds)).save(out / "expected" / f"{name}.png", optimize=True)


def add(name, path):
    ds = pydicom.dcmread(path, force=True)
    save_expected(name, ds)
    (out / "files" / name).write_bytes(Path(path).read_bytes())
    files[name] = "shipped by pydicom"


REASONS = [
    (lambda ds: "PixelData" not in ds, "no pixel data"),
    (lambda ds: int(str(ds.get("NumberOfFrames", 1) or 1).rstrip("A")) > 1, "several frames: refused"),
    (lambda ds: ds.BitsAllocated not in (8, 16), "1 or 32 bits a sample: refused"),
    (lambda ds: ds.file_meta.TransferSyntaxUID == uid.JPEGExtended12Bit, "12-bit JPEG: no decoder, refused"),
]


def copy_shipped():
    paths = sorted((SHIPPED / "test_files").glob("*.dcm")) + [SHIPPED / "charset_files/chrFren.dcm"]
    paths += sorted((SHIPPED / "test_files/dicomdirtests/77654033").glob("C*/*"))[:4]
    for path in paths:
        name = path.name if path.suffix else f"{path.name}.dcm"
        try:
            ds = pydicom.dcmread(path, force=True)
            reason = next((reason for test, reason in REASONS if test(ds)), None)
            if reason is None and path.stat().st_size > SMALL and name not in ALWAYS:
                reason = f"{path.stat().st_size} bytes: compared with --all only"
            if reason is None:
                add(name, path)
            else:
                listed[name] = reason
        except Exception as error:  # what pydicom itself cannot read
            listed[name] = f"pydicom: {str(error).splitlines()[0][:120]}"


cr = pydicom.dcmread(SHIPPED / "test_files/dicomdirtests/77654033/CR1/6154")
mr = pydicom.dcmread(SHIPPED / "test_files/MR_small.dcm")
rgb = pydicom.dcmread(SHIPPED / "test_files/SC_rgb_small_odd.dcm")


def lut(first, bits, entries, vr="US"):
    item = Dataset()
    item.add_new("LUTDescriptor", vr, [len(entries) % 65536, first, bits])
    item.add_new("LUTData", "OW", np.asarray(entries, "<u2").tobytes())
    return item


ENCODERS = {uid.RLELossless: "pydicom", uid.JPEGLSLossless: "pyjpegls", uid.JPEG2000Lossless: "pylibjpeg"}


def variant(name, base, change, **save):
    ds = copy.deepcopy(base)
    for key in change.pop("drop", ()):
        if key in ds:
            del ds[key]
    pixels = change.pop("pixels", None)
    compress = change.pop("compress", None)
    raw = change.pop("raw", False)
    syntax = change.pop("syntax", None)
    gdcm_code = change.pop("gdcm", None)
    for key, value in change.items():
        ds.add_new(key, "US", value) if key == "PixelPaddingValue" else setattr(ds, key, value)
    if pixels is not None:
        ds.PixelData = pixels.tobytes() + b"\0" * (pixels.nbytes % 2)
        ds["PixelData"].VR = "OW" if ds.BitsAllocated > 8 else "OB"
    if compress is not None:
        ds.compress(compress, encoding_plugin=ENCODERS[compress], generate_instance_uid=False)
    if syntax is not None:
        ds.file_meta.TransferSyntaxUID = syntax
        ds.set_original_encoding(syntax.is_implicit_VR, syntax.is_little_endian)
    target = out / "files" / name
    if raw:
        del ds.file_meta
        ds.preamble = None if raw == "explicit" else b"\0" * 128
        pydicom.dcmwrite(target, ds, implicit_vr=raw == "implicit", little_endian=True, enforce_file_format=False)
    else:
        ds.save_as(target, enforce_file_format=True)
    if gdcm_code is not None:
        to_lossless(target, gdcm_code)
    files[name] = "written by gdcm" if gdcm_code else "written by pydicom"
    ds = pydicom.dcmread(target, force=True)
    if raw:
        ds.file_meta = pydicom.dataset.FileMetaDataset()
        ds.file_meta.TransferSyntaxUID = uid.ImplicitVRLittleEndian if raw == "implicit" else uid.ExplicitVRLittleEndian
    save_expected(name, ds)


def to_lossless(path, code):
    import gdcm

    reader = gdcm.ImageReader()
    reader.SetFileName(str(path))
    assert reader.Read()
    change = gdcm.ImageChangeTransferSyntax()
    change.SetTransferSyntax(gdcm.TransferSyntax(code))
    change.SetInput(reader.GetImage())
    assert change.Change(), path
    writer = gdcm.ImageWriter()
    writer.SetFile(reader.GetFile())
    writer.SetImage(change.GetOutput())
    writer.SetFileName(str(path))
    assert writer.Write()


def write_variants():
    window = ("WindowCenter", "WindowWidth")
    rng = np.random.default_rng(11)
    ramp12 = np.minimum(4095, np.arange(16 * 16).reshape(16, 16) * 16 + rng.integers(0, 16, (16, 16))).astype("<u2")
    grey = {"pixels": ramp12, "PhotometricInterpretation": "MONOCHROME2"}
    rescaled = ("RescaleSlope", "RescaleIntercept", "RescaleType")
    variant("no-window.dcm", cr, {**grey, "drop": window})
    variant("linear-exact.dcm", cr, {**grey, "VOILUTFunction": "LINEAR_EXACT"})
    variant("sigmoid.dcm", cr, {**grey, "VOILUTFunction": "SIGMOID"})
    variant("two-windows.dcm", cr, {**grey, "WindowCenter": [1000, 2000], "WindowWidth": [500, 4000]})
    variant("width-1.dcm", cr, {**grey, "WindowWidth": 1})
    variant("shape-inverse.dcm", cr, {**grey, "PresentationLUTShape": "INVERSE"})
    variant("monochrome1-inverse.dcm", cr, {"PresentationLUTShape": "INVERSE"})
    curve = (np.linspace(0, 1, 3000) ** 0.5 * 1023).astype(int)
    variant("voi-lut.dcm", cr, {**grey, "drop": (*window, *rescaled), "VOILUTSequence": Sequence([lut(500, 10, curve)])})
    variant("voi-lut-16.dcm", cr, {"VOILUTSequence": Sequence([lut(100, 16, (curve * 64))])})
    steps = (np.linspace(0, 1, 4096) ** 2 * 65535).astype(int)
    variant("modality-lut.dcm", cr, {**grey, "drop": (*window, *rescaled), "ModalityLUTSequence": Sequence([lut(0, 16, steps)])})
    signed = (ramp12.astype(int) - 2048).astype("<i2")
    variant("signed-12.dcm", cr, {**grey, "pixels": signed, "PixelRepresentation": 1, "WindowCenter": 0, "WindowWidth": 3000, "drop": rescaled})
    variant("signed-rescaled.dcm", cr, {**grey, "pixels": signed, "PixelRepresentation": 1, "drop": window})
    variant("high-bit-15.dcm", cr, {**grey, "pixels": (ramp12 << 4).astype("<u2"), "HighBit": 15})
    variant("overlay-bits.dcm", cr, {**grey, "pixels": (ramp12 | 0xF000).astype("<u2")})
    variant("padding.dcm", cr, {**grey, "drop": window, "pixels": np.where(ramp12 < 900, 0, ramp12).astype("<u2"), "PixelPaddingValue": 0})
    odd = ramp12.reshape(-1)[: 15 * 13].reshape(15, 13)
    eight = (odd >> 4).astype("u1")
    small8 = {"BitsAllocated": 8, "BitsStored": 8, "HighBit": 7, "drop": (*window, *rescaled)}
    odd8 = {**small8, "Rows": 15, "Columns": 13, "pixels": eight}
    variant("odd-8.dcm", cr, dict(odd8))
    variant("bits-10.dcm", cr, {**grey, "pixels": (ramp12 >> 2).astype("<u2"), "BitsStored": 10, "HighBit": 9, "drop": (*window, *rescaled)})
    for name, syntax in [("implicit", uid.ImplicitVRLittleEndian), ("deflated", uid.DeflatedExplicitVRLittleEndian)]:
        variant(f"{name}.dcm", cr, {"syntax": syntax})
    variant("no-preamble-explicit.dcm", cr, {"raw": "explicit"})
    variant("no-preamble-implicit.dcm", cr, {"raw": "implicit"})
    # OpenJPEG halves a picture five times.
    tiled = {"j2k": {"Rows": 80, "Columns": 80, "pixels": np.tile(ramp12, (5, 5))}}
    tiled8 = {"j2k": {**small8, "Rows": 75, "Columns": 65, "pixels": np.tile(eight, (5, 5))}}
    for name, syntax in [("rle", uid.RLELossless), ("jls", uid.JPEGLSLossless), ("j2k", uid.JPEG2000Lossless)]:
        variant(f"{name}-12.dcm", cr, {**grey, **tiled.get(name, {}), "compress": syntax})
        variant(f"{name}-odd-8.dcm", cr, {**tiled8.get(name, odd8), "compress": syntax})
    import gdcm

    sv1, process14 = gdcm.TransferSyntax.JPEGLosslessProcess14_1, gdcm.TransferSyntax.JPEGLosslessProcess14
    variant("lossless-70-12.dcm", cr, {**grey, "gdcm": sv1})
    variant("lossless-57-12.dcm", cr, {**grey, "gdcm": process14})
    variant("lossless-70-8.dcm", cr, {**small8, "pixels": (ramp12 >> 4).astype("u1"), "gdcm": sv1})
    variant("lossless-70-signed.dcm", mr, {"gdcm": sv1})
    colours = rng.integers(0, 256, (9, 7, 3)).astype("u1")
    size = {"Rows": 9, "Columns": 7}
    variant("rgb-planar.dcm", rgb, {**size, "PlanarConfiguration": 1, "pixels": np.ascontiguousarray(colours.transpose(2, 0, 1))})
    variant("ybr-full.dcm", rgb, {**size, "PhotometricInterpretation": "YBR_FULL", "pixels": colours})
    deep = {**size, "BitsAllocated": 16, "BitsStored": 12, "HighBit": 11, "pixels": (colours.astype("<u2") << 4)}
    variant("rgb-12.dcm", rgb, deep)
    palette = copy.deepcopy(pydicom.dcmread(SHIPPED / "test_files/examples_palette.dcm"))
    crop = np.ascontiguousarray(pixel_array(palette)[100:164, 300:364])
    variant("palette-16.dcm", palette, {"Rows": 64, "Columns": 64, "pixels": crop})


for part in ("files", "expected"):
    (out / part).mkdir(parents=True, exist_ok=True)
copy_shipped()
write_variants()
provenance = {"pydicom": pydicom.__version__, "numpy": np.__version__, "python": sys.version.split()[0]}
(out / "expected.json").write_text(json.dumps({"provenance": provenance, "files": files, "notCompared": listed}, indent=1) + "\n")
print(len(files), "files,", sum(f.stat().st_size for f in out.rglob("*.*")), "bytes;", len(listed), "not compared")
