/** Abnormal fine vessels: IRMA within the retina, new vessels on the disc or from the veins. Field units, as in vessels.ts. */
import type { RandomStream } from '../../../shared/system/random.ts';
import type { Path } from '../layer.ts';
import { place, type Site } from './site.ts';
import type { Vessel } from './vessels.ts';

/** Tangles of fine vessels. */
export interface Tangle {
  kind: 'irma' | 'new-vessels';
  paths: Path[];
}

/** Fine loops that start at `x`, `y` and wind about. */
function tangle(
  x: number,
  y: number,
  options: { loops: number; reach: number; curl: number; halfWidth: number; stream: RandomStream },
): Path[] {
  const { stream, reach, curl } = options;
  return Array.from({ length: options.loops }, () => {
    const points: number[] = [];
    let [px, py] = [x + stream.normal() * reach * 0.15, y + stream.normal() * reach * 0.15];
    let heading = stream.between(0, 2 * Math.PI);
    let bend = (stream.uniform() < 0.5 ? -1 : 1) * curl * stream.between(0.4, 1);
    const steps = Math.round((reach * stream.between(1.2, 2.4)) / 0.01);
    for (let i = 0; i < steps; i++) {
      points.push(px, py, options.halfWidth * (1 - (0.4 * i) / steps));
      if (stream.uniform() < 0.1) bend = -bend * stream.between(0.6, 1.3);
      heading += bend * 0.01;
      px += Math.cos(heading) * 0.01;
      py += Math.sin(heading) * 0.01;
    }
    return Float32Array.from(points);
  });
}

/** A point on a vein of the arcades, where new vessels like to start. */
function onVein(vessels: readonly Vessel[], stream: RandomStream): { x: number; y: number } {
  const trunks = vessels.filter((vessel) => vessel.kind === 'vein' && vessel.order === 0 && vessel.path.length > 60);
  const path = (trunks[stream.integer(trunks.length)] as Vessel).path;
  const index = Math.floor((path.length / 3) * stream.between(0.25, 0.7)) * 3;
  return { x: path[index] as number, y: path[index + 1] as number };
}

export function newVessels({ landmarks, stream }: Site, vessels: readonly Vessel[]): Tangle[] {
  const onDisc = stream.uniform() < 0.5;
  const tangles: Tangle[] = [];
  const halfWidth = 0.0048;
  if (onDisc) {
    const { discX, discY, discRadius } = landmarks;
    const paths = tangle(discX, discY, {
      loops: 9 + stream.integer(7),
      reach: discRadius * 1.7,
      curl: 26,
      halfWidth,
      stream,
    });
    tangles.push({ kind: 'new-vessels', paths });
  }
  const elsewhere = onDisc ? stream.integer(2) : 1 + stream.integer(2);
  for (let i = 0; i < elsewhere; i++) {
    const { x, y } = onVein(vessels, stream);
    const options = { loops: 8 + stream.integer(8), reach: stream.between(0.11, 0.19), curl: 30, halfWidth, stream };
    tangles.push({ kind: 'new-vessels', paths: tangle(x, y, options) });
  }
  return tangles;
}

export function irma(site: Site): Tangle {
  const { x, y } = place(site, 0.35, 0.75);
  const paths = tangle(x, y, {
    loops: 3 + site.stream.integer(3),
    reach: 0.11,
    curl: 40,
    halfWidth: 0.0042,
    stream: site.stream,
  });
  return { kind: 'irma', paths };
}
