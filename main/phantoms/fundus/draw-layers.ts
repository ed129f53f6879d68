/** Vessels, lesions and marks of a scene on float layers: blood by density, deposits by coverage. */
import { createLayer, drawBlob, drawPath, smoothstep, type Layer, type Path } from '../layer.ts';
import type { LesionKind } from './lesions.ts';
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
  for (const path of [...scene.plan.tangles.flatMap(({ paths }) => paths), ...scene.plan.twigs]) {
    drawPath(layers.vein, mapPath(path, frame), 0.8);
  }
}

/** The layer and the edge of each lesion; see {@link BlobShape}. */
const LESION_STYLES: Record<
  Exclude<LesionKind, 'preretinal-haemorrhage'>,
  { layer: keyof Layers; soft: number; wobble: number }
> = {
  microaneurysm: { layer: 'vein', soft: 0.45, wobble: 0 },
  'blot-haemorrhage': { layer: 'vein', soft: 0.45, wobble: 0.15 },
  'flame-haemorrhage': { layer: 'vein', soft: 0.6, wobble: 0.3 },
  'hard-exudate': { layer: 'yellow', soft: 0.3, wobble: 0.2 },
  'cotton-wool-spot': { layer: 'white', soft: 1.1, wobble: 0.25 },
};

function drawLesions({ plan }: FundusScene, frame: Frame, layers: Layers): void {
  for (const { kind, ...lesion } of [...plan.lesions, ...plan.lookAlikes]) {
    const shape = {
      ...lesion,
      x: frame.centreX + frame.mirror * lesion.x * frame.radius,
      y: frame.centreY + lesion.y * frame.radius,
      radiusX: lesion.radiusX * frame.radius,
      radiusY: lesion.radiusY * frame.radius,
      angle: frame.mirror * lesion.angle,
    };
    if (kind === 'preretinal-haemorrhage') drawBoat(layers.vein, shape.x, shape.y, shape.radiusX, lesion.strength);
    else drawBlob(layers[LESION_STYLES[kind].layer], { ...shape, ...LESION_STYLES[kind] });
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
