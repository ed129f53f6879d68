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
  { x, y }: { x: number; y: number },
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

const IRMA = { reach: 0.11, curl: 40, halfWidth: 0.0042 };
const NEW_VESSELS = { curl: 28, halfWidth: 0.0048 };
const irmaLoops = (stream: RandomStream) => 3 + stream.integer(3);
const newVesselLoops = (stream: RandomStream) => 7 + stream.integer(6);

/** On the disc or from a vein. */
export function newVessels({ landmarks, stream }: Site, vessels: readonly Vessel[]): Tangle {
  const { discX: x, discY: y, discRadius } = landmarks;
  const onDisc = stream.uniform() < 0.4;
  const start = onDisc ? { x, y } : onVein(vessels, stream);
  const reach = onDisc ? discRadius * 1.3 : stream.between(0.11, 0.19);
  const paths = tangle(start, { ...NEW_VESSELS, loops: newVesselLoops(stream), reach, stream });
  return { kind: 'new-vessels', paths };
}

export function irma(site: Site): Tangle {
  const { stream } = site;
  return { kind: 'irma', paths: tangle(place(site, 0.35, 0.75), { ...IRMA, loops: irmaLoops(stream), stream }) };
}

/** As much of the same vessels as such a tangle has, but each nearly straight and somewhere of its own. */
function strew(site: Site, loops: number, options: { reach: number; halfWidth: number }): Path[] {
  return Array.from({ length: loops }, () =>
    tangle(place(site, 0.2, 0.8), { ...options, curl: 2, loops: 1, stream: site.stream }),
  ).flat();
}

export const irmaTwigs = (site: Site): Path[] => strew(site, irmaLoops(site.stream), IRMA);
export const vesselTwigs = (site: Site): Path[] =>
  strew(site, newVesselLoops(site.stream), { ...NEW_VESSELS, reach: site.stream.between(0.11, 0.19) });
