/** Vessels, lesions and marks of a scene on float layers: blood by density, deposits by coverage. */
import { createLayer, drawBlob, drawDisc, drawPath, smoothstep, type Layer, type Path } from '../layer.ts';
import type { FundusScene, Mark } from './scene.ts';

/** Field coordinates to layer pixels; left eyes are mirrored. */
export interface Frame {
  width: number;
  height: number;
  centreX: number;
  centreY: number;
  radius: number;
  mirror: 1 | -1;
}

export interface Layers {
  vein: Layer;
  artery: Layer;
  yellow: Layer;
  white: Layer;
  dark: Layer;
}

function mapPath(path: Path, frame: Frame): Path {
  const mapped = new Float32Array(path.length);
  for (let i = 0; i < path.length; i += 3) {
    mapped[i] = frame.centreX + frame.mirror * (path[i] as number) * frame.radius;
    mapped[i + 1] = frame.centreY + (path[i + 1] as number) * frame.radius;
    mapped[i + 2] = (path[i + 2] as number) * frame.radius;
  }
  return mapped;
}

function drawMarks(layer: Layer, marks: readonly Mark[], frame: Frame, mirror: 1 | -1): void {
  for (const mark of marks) {
    const radius = mark.radius * frame.radius;
    drawBlob(layer, {
      x: frame.centreX + mirror * mark.x * frame.radius,
      y: frame.centreY + mark.y * frame.radius,
      radiusX: radius,
      radiusY: radius,
      angle: 0,
      strength: mark.strength,
      soft: 0.9,
      wobble: 0.12,
      phase: mark.x * 40,
    });
  }
}

const ORDER_STRENGTH = [1, 0.82, 0.62];

function drawVessels(scene: FundusScene, frame: Frame, layers: Layers): void {
  for (const vessel of scene.vessels) {
    const strength = ORDER_STRENGTH[vessel.order] ?? 0.6;
    const path = mapPath(vessel.path, frame);
    if (vessel.kind === 'vein') drawPath(layers.vein, path, 0.95 * strength);
    else drawPath(layers.artery, path, strength);
  }
  for (const tangle of scene.plan.tangles) {
    for (const path of tangle.paths) drawPath(layers.vein, mapPath(path, frame), 0.8);
  }
}

function drawLesions(scene: FundusScene, frame: Frame, layers: Layers): void {
  for (const lesion of scene.plan.lesions) {
    const x = frame.centreX + frame.mirror * lesion.x * frame.radius;
    const y = frame.centreY + lesion.y * frame.radius;
    const radiusX = lesion.radiusX * frame.radius;
    const radiusY = lesion.radiusY * frame.radius;
    const shape = {
      x,
      y,
      radiusX,
      radiusY,
      angle: frame.mirror * lesion.angle,
      strength: lesion.strength,
      phase: lesion.phase,
    };
    switch (lesion.kind) {
      case 'microaneurysm':
        drawDisc(layers.vein, x, y, radiusX, lesion.strength);
        break;
      case 'blot-haemorrhage':
        drawBlob(layers.vein, { ...shape, soft: 0.45, wobble: 0.15 });
        break;
      case 'flame-haemorrhage':
        drawBlob(layers.vein, { ...shape, soft: 0.6, wobble: 0.3 });
        break;
      case 'hard-exudate':
        drawBlob(layers.yellow, { ...shape, soft: 0.3, wobble: 0.2 });
        break;
      case 'cotton-wool-spot':
        drawBlob(layers.white, { ...shape, soft: 1.1, wobble: 0.25 });
        break;
      case 'preretinal-haemorrhage':
        drawBoat(layers.vein, x, y, radiusX, lesion.strength);
        break;
    }
  }
}

/** Lower half of an ellipse with a level upper edge. */
function drawBoat(layer: Layer, x: number, y: number, radius: number, strength: number): void {
  for (let py = Math.max(0, Math.floor(y - 1)); py < Math.min(layer.height, y + radius); py++) {
    for (let px = Math.max(0, Math.floor(x - radius)); px < Math.min(layer.width, x + radius); px++) {
      const u = (px + 0.5 - x) / radius;
      const v = (py + 0.5 - y) / (0.72 * radius);
      const inside = smoothstep(1.04, 0.94, Math.sqrt(u * u + v * v)) * Math.min(1, Math.max(0, py + 1 - y));
      const at = py * layer.width + px;
      layer.data[at] = Math.max(layer.data[at] as number, strength * inside);
    }
  }
}

export function drawLayers(scene: FundusScene, frame: Frame): Layers {
  const make = () => createLayer(frame.width, frame.height);
  const layers: Layers = { vein: make(), artery: make(), yellow: make(), white: make(), dark: make() };
  drawVessels(scene, frame, layers);
  drawLesions(scene, frame, layers);
  drawMarks(layers.yellow, scene.drusen, frame, frame.mirror);
  drawMarks(layers.dark, scene.naevi, frame, frame.mirror);
  drawMarks(layers.dark, scene.dust, frame, 1);
  return layers;
}
