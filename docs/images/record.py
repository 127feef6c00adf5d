"""Makes the pictures of the README: the local page while the demo plays, moving and still.

    make run                                        # in another terminal
    .local/venv/bin/python docs/images/record.py

Chromium shows the page and encodes the frames; here they are put together as an animated WebP
(RFC 9649), each frame only the part that changed.
"""

import argparse
import asyncio
import base64
import json
import struct
import sys
import time
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from playwright.async_api import Page, async_playwright

ROOT = Path(__file__).resolve().parent.parent.parent
IMAGES = Path(__file__).resolve().parent
WIDTH, HEIGHT, STILL_HEIGHT = 1200, 840, 1180
SHOWN_WIDTH = 1000
FRAME_SECONDS = 0.5
LAST_FRAME_MS = 4000

# Draws a screenshot, finds what changed since the last one, and encodes that part.
ENCODE = """
async ({png, width, quality}) => {
  const image = await createImageBitmap(await (await fetch("data:image/png;base64," + png)).blob());
  const height = Math.round(image.height * width / image.width);
  const canvas = new OffscreenCanvas(width, height);
  const context = canvas.getContext("2d", {alpha: false, willReadFrequently: true});
  context.imageSmoothingQuality = "high";
  context.drawImage(image, 0, 0, width, height);
  const now = new Uint32Array(context.getImageData(0, 0, width, height).data.buffer);
  const before = globalThis.before;
  globalThis.before = now;
  let [left, top, right, bottom] = before ? [width, height, 0, 0] : [0, 0, width, height];
  if (before) {
    for (let y = 0, at = 0; y < height; y++) {
      for (let x = 0; x < width; x++, at++) {
        if (now[at] !== before[at]) {
          if (x < left) left = x;
          if (x >= right) right = x + 1;
          if (y < top) top = y;
          if (y >= bottom) bottom = y + 1;
        }
      }
    }
  }
  if (right <= left) return null;
  left -= left % 2;
  top -= top % 2;
  const part = new OffscreenCanvas(right - left, bottom - top);
  part.getContext("2d", {alpha: false}).drawImage(canvas, -left, -top);
  const blob = await part.convertToBlob({type: "image/webp", quality});
  const bytes = new Uint8Array(await blob.arrayBuffer());
  let text = "";
  for (const byte of bytes) text += String.fromCharCode(byte);
  return {left, top, width: right - left, height: bottom - top, size: [width, height], webp: btoa(text)};
}
"""


@dataclass
class Frame:
    """A part of the picture, put at `left`, `top` (even), and how long it stays."""

    left: int
    top: int
    width: int
    height: int
    milliseconds: int
    bitstream: bytes


def chunk(name: bytes, data: bytes) -> bytes:
    return name + struct.pack("<I", len(data)) + data + b"\0" * (len(data) % 2)


def bitstream_of(webp: bytes) -> bytes:
    """The image chunk of a still WebP."""
    at = 12
    while at < len(webp):
        name, length = webp[at : at + 4], struct.unpack_from("<I", webp, at + 4)[0]
        if name in (b"VP8 ", b"VP8L"):
            return chunk(name, webp[at + 8 : at + 8 + length])
        at += 8 + length + length % 2
    raise ValueError("a WebP without an image")


def three(value: int) -> bytes:
    return struct.pack("<I", value)[:3]


def animated(frames: list[Frame], size: tuple[int, int]) -> bytes:
    """An animated WebP that repeats without end."""
    animation = 0x02
    body = chunk(b"VP8X", bytes([animation, 0, 0, 0]) + three(size[0] - 1) + three(size[1] - 1))
    body += chunk(b"ANIM", b"\xff\xff\xff\xff" + struct.pack("<H", 0))
    do_not_blend = 0x02
    for frame in frames:
        where = three(frame.left // 2) + three(frame.top // 2)
        extent = three(frame.width - 1) + three(frame.height - 1)
        header = where + extent + three(frame.milliseconds) + bytes([do_not_blend])
        body += chunk(b"ANMF", header + frame.bitstream)
    return b"RIFF" + struct.pack("<I", len(body) + 4) + b"WEBP" + body


async def film(page: Page, encoder: Page, until: "asyncio.Event", quality: float) -> bytes:
    """Frames of the page until the event, as an animated WebP."""
    frames: list[Frame] = []
    size = (0, 0)
    last = time.monotonic()
    while not until.is_set():
        shot = await page.screenshot(clip={"x": 0, "y": 0, "width": WIDTH, "height": HEIGHT})
        request = {"png": base64.b64encode(shot).decode(), "width": SHOWN_WIDTH, "quality": quality}
        part: Any = await encoder.evaluate(ENCODE, request)
        now = time.monotonic()
        if frames:
            frames[-1].milliseconds += int((now - last) * 1000)
        last = now
        if part is not None:
            size = (part["size"][0], part["size"][1])
            bitstream = bitstream_of(base64.b64decode(part["webp"]))
            frames.append(Frame(part["left"], part["top"], part["width"], part["height"], 0, bitstream))
        await asyncio.sleep(FRAME_SECONDS)
    frames[-1].milliseconds = LAST_FRAME_MS
    return animated(frames, size)


async def record(doors: Path, chromium: str | None, quality: float) -> int:
    console = json.loads(doors.read_text(encoding="utf-8"))["console"]
    async with async_playwright() as playwright:
        browser = await playwright.chromium.launch(executable_path=chromium, args=["--no-sandbox"])
        context = await browser.new_context(viewport={"width": WIDTH, "height": STILL_HEIGHT}, color_scheme="light")
        page, encoder = await context.new_page(), await context.new_page()
        await page.bring_to_front()
        await page.goto(console)
        await page.wait_for_selector("a.card")
        demo = await asyncio.create_subprocess_exec(
            sys.executable, "-m", "demo", "--doors", str(doors), "--pause", "3", cwd=ROOT
        )
        ended = asyncio.Event()
        filming = asyncio.create_task(film(page, encoder, ended, quality))
        code = await demo.wait()
        await asyncio.sleep(1.5)
        await page.screenshot(path=IMAGES / "console.png")
        await asyncio.sleep(2)
        ended.set()
        (IMAGES / "console.webp").write_bytes(await filming)
        await browser.close()
    for name in ("console.png", "console.webp"):
        print(f"{name}: {(IMAGES / name).stat().st_size // 1024} kB")
    return code


def main() -> int:
    parser = argparse.ArgumentParser(description="Record the local page while the demo plays.")
    parser.add_argument("--doors", type=Path, default=ROOT / ".local" / "doors.json")
    parser.add_argument("--chromium", help="path of Chromium, when Playwright has none of its own")
    parser.add_argument("--quality", type=float, default=0.75, help="of the frames, 0 to 1 (%(default)s)")
    options = parser.parse_args()
    return asyncio.run(record(options.doors, options.chromium, options.quality))


if __name__ == "__main__":
    sys.exit(main())
