/** Places on the retina. Field units, as in vessels.ts. */
import type { RandomStream } from '../../../shared/system/random.ts';
import type { Landmarks } from './vessels.ts';

/** Where lesions may lie, and the stream that draws them. */
export interface Site {
  landmarks: Landmarks;
  stream: RandomStream;
}

/** Somewhere in the posterior pole, away from the disc; quadrants evenly. */
export function place({ landmarks, stream }: Site, innermost = 0.06, outermost = 0.85): { x: number; y: number } {
  for (;;) {
    const turn = stream.between(0, 2 * Math.PI);
    const radius = innermost + (outermost - innermost) * Math.sqrt(stream.uniform());
    const x = landmarks.foveaX + Math.cos(turn) * radius;
    const y = landmarks.foveaY + Math.sin(turn) * radius;
    const toDisc = Math.hypot(x - landmarks.discX, y - landmarks.discY);
    if (x * x + y * y < 0.86 && toDisc > landmarks.discRadius * 1.25) return { x, y };
  }
}
