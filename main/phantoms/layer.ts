/**
 * Drawing on single-channel float layers with soft, anti-aliased edges, so that a phantom looks the same at every size and
 * needs no supersampling. Coordinates and radii are in pixels of the layer; pixel centres lie at .5.
 */
export interface Layer {
  data: Float32Array;
  width: number;
  height: number;
}

export function createLayer(width: number, height: number): Layer {
  return { data: new Float32Array(width * height), width, height };
}

/** 0 below `from`, 1 above `to`, smooth between; `from` > `to` falls instead. */
export function smoothstep(from: number, to: number, value: number): number {
  const t = (value - from) / (to - from);
  if (t <= 0) return 0;
  if (t >= 1) return 1;
  return t * t * (3 - 2 * t);
}

/**
 * Raises the layer to at least `strength` inside a disc whose edge is `soft` pixels wide. Discs thinner than a pixel are drawn a
 * pixel wide and fainter.
 */
export function drawDisc(layer: Layer, x: number, y: number, radius: number, strength: number, soft = 1): void {
  const half = Math.max(radius, 0.5);
  const peak = strength * Math.min(1, radius / 0.5);
  const reach = half + soft / 2;
  const x0 = Math.max(0, Math.floor(x - reach));
  const x1 = Math.min(layer.width - 1, Math.ceil(x + reach));
  const y0 = Math.max(0, Math.floor(y - reach));
  const y1 = Math.min(layer.height - 1, Math.ceil(y + reach));
  for (let py = y0; py <= y1; py++) {
    const dy = py + 0.5 - y;
    for (let px = x0, at = py * layer.width + x0; px <= x1; px++, at++) {
      const dx = px + 0.5 - x;
      const distance = Math.sqrt(dx * dx + dy * dy);
      if (distance >= reach) continue;
      const inside = (reach - distance) / soft;
      const value = inside >= 1 ? peak : peak * inside;
      if (value > (layer.data[at] as number)) layer.data[at] = value;
    }
  }
}

/** A filled ellipse with an irregular edge, by maximum. `wobble` is the edge's relative amplitude; `phase` makes it individual. */
export interface BlobShape {
  x: number;
  y: number;
  radiusX: number;
  radiusY: number;
  /** Radians. */
  angle: number;
  strength: number;
  /** Width of the edge as a share of the radius; at least one pixel is taken. */
  soft: number;
  wobble: number;
  phase: number;
}

export function drawBlob(layer: Layer, shape: BlobShape): void {
  const { x, y, angle, wobble, phase } = shape;
  const radiusX = Math.max(0.5, shape.radiusX);
  const radiusY = Math.max(0.5, shape.radiusY);
  const smaller = Math.min(radiusX, radiusY);
  const peak = shape.strength * Math.min(1, shape.radiusX / 0.5) * Math.min(1, shape.radiusY / 0.5);
  const soft = Math.max(shape.soft, 1 / smaller);
  const reach = Math.max(radiusX, radiusY) * (1 + wobble + soft / 2);
  const cos = Math.cos(angle);
  const sin = Math.sin(angle);
  const x0 = Math.max(0, Math.floor(x - reach));
  const x1 = Math.min(layer.width - 1, Math.ceil(x + reach));
  const y0 = Math.max(0, Math.floor(y - reach));
  const y1 = Math.min(layer.height - 1, Math.ceil(y + reach));
  for (let py = y0; py <= y1; py++) {
    const dy = py + 0.5 - y;
    for (let px = x0, at = py * layer.width + x0; px <= x1; px++, at++) {
      const dx = px + 0.5 - x;
      const u = (dx * cos + dy * sin) / radiusX;
      const v = (dy * cos - dx * sin) / radiusY;
      let radius = Math.sqrt(u * u + v * v);
      if (wobble > 0 && radius > 0) {
        const turn = Math.atan2(v, u);
        radius /= 1 + wobble * (0.6 * Math.sin(3 * turn + phase) + 0.4 * Math.sin(5 * turn + 2.3 * phase));
      }
      const inside = (1 + soft / 2 - radius) / soft;
      if (inside <= 0) continue;
      const value = inside >= 1 ? peak : peak * inside * inside * (3 - 2 * inside);
      if (value > (layer.data[at] as number)) layer.data[at] = value;
    }
  }
}

/** A path as x, y, half width for each point, flattened. */
export type Path = Float32Array;

/** Draws a path of varying width by maximum, in steps of less than half a pixel. */
export function drawPath(layer: Layer, path: Path, strength: number, soft = 1): void {
  for (let i = 0; i + 5 < path.length; i += 3) {
    const x = path[i] as number;
    const y = path[i + 1] as number;
    const half = path[i + 2] as number;
    const dx = (path[i + 3] as number) - x;
    const dy = (path[i + 4] as number) - y;
    const widening = (path[i + 5] as number) - half;
    const steps = Math.max(1, Math.ceil(Math.sqrt(dx * dx + dy * dy) / Math.max(0.45, 0.5 * half)));
    for (let s = 0; s < steps; s++) {
      const t = s / steps;
      drawDisc(layer, x + t * dx, y + t * dy, half + t * widening, strength, soft);
    }
  }
}

/** Separable blur by (1 - 2k, k, k), in place, of interleaved channels; `k` up to 1/3. */
export function blurRows(data: Float32Array, width: number, height: number, channels: number, k: number): void {
  if (k <= 0) return;
  const stride = width * channels;
  const line = new Float32Array(Math.max(width, height));
  const pass = (start: number, step: number, count: number): void => {
    for (let i = 0, at = start; i < count; i++, at += step) line[i] = data[at] as number;
    for (let i = 0, at = start; i < count; i++, at += step) {
      const before = line[i > 0 ? i - 1 : 0] as number;
      const after = line[i < count - 1 ? i + 1 : count - 1] as number;
      data[at] = (1 - 2 * k) * (line[i] as number) + k * (before + after);
    }
  };
  for (let y = 0; y < height; y++) for (let c = 0; c < channels; c++) pass(y * stride + c, channels, width);
  for (let x = 0; x < width; x++) for (let c = 0; c < channels; c++) pass(x * channels + c, stride, height);
}
