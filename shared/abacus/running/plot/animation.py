"""Animations: frames of one size as a GIF, the same bytes for the same frames."""

import numpy as np

from abacus.errors import BadInput

COLOURS = 64  # of the palette that all frames share


def gif(path, frames, milliseconds):
    """Write `frames`, uint8 arrays (height, width, 3) of one size, each shown so long; it starts anew at its end."""
    import io

    from PIL import Image

    from abacus import files

    frames = [np.asarray(frame) for frame in frames]
    if not frames or {frame.shape for frame in frames} != {(*frames[0].shape[:2], 3)} or frames[0].dtype != np.uint8:
        raise BadInput("gif: wanted at least one frame, all uint8 of one size (height, width, 3)")
    quarter = Image.fromarray(np.concatenate([frame[::2, ::2] for frame in frames]))
    palette = quarter.quantize(COLOURS, method=Image.Quantize.MEDIANCUT, dither=Image.Dither.NONE)
    pictures = [Image.fromarray(frame).quantize(palette=palette, dither=Image.Dither.NONE) for frame in frames]
    buffer = io.BytesIO()
    pictures[0].save(
        buffer, "GIF", save_all=True, append_images=pictures[1:], duration=milliseconds, loop=0, optimize=False
    )
    files.replace(path, [buffer.getvalue()])


def pixels(figure):
    """What a figure shows now, uint8 (height, width, 3)."""
    figure.canvas.draw()
    return np.asarray(figure.canvas.buffer_rgba())[:, :, :3].copy()
