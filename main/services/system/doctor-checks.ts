/** From facts about the machine to checks that a person can act on. Pure. */
import { formatMilliseconds } from '../../../shared/words/times.ts';
import { countOf, formatBytes } from '../../../shared/words/numbers.ts';
import type { DoctorCheck } from '../../../shared/system/system.ts';
import type { KernelsFound, ProbedPart, ProbeMessage } from './doctor-messages.ts';

const GIB = 2 ** 30;
const SETUP_ACTION = 'Run `npm start` once: it sets TensorFlow up and says what this machine lacks. See docs/setup.md.';

export interface DoctorFacts {
  nodeVersion: string;
  probe: PartOutcome[];
  /** For which device the installed TensorFlow was made; null: not known. */
  chosenDevice: 'cpu' | 'gpu' | null;
  threads: number;
  processor: string;
  freeMemoryBytes: number;
  totalMemoryBytes: number;
  freeDiskBytes: number;
  /** The file system's code for why the library folder cannot be written to; null: it can. */
  writeProblem: string | null;
  home: string;
}

export type PartOutcome =
  | {
      part: ProbedPart;
      ok: true;
      version: string;
      device: 'cpu' | 'gpu' | null;
      kernels?: KernelsFound;
      tookMs: number;
    }
  | { part: ProbedPart; ok: false; reason: string };

/** What became of each part; one without a last word was at work when the process ended. */
export function outcomesOf(params: {
  parts: readonly ProbedPart[];
  messages: ProbeMessage[];
  failure: string | null;
  errors: string;
}): PartOutcome[] {
  return params.parts.map((part) => {
    const last = params.messages.findLast((message) => message.part === part);
    if (last?.state === 'works') {
      const { version, device = null, kernels, tookMs } = last;
      return { part, ok: true, version, device, ...(kernels ? { kernels } : {}), tookMs };
    }
    if (last?.state === 'broken') return { part, ok: false, reason: last.reason };
    const detail = params.errors.trim().split('\n').slice(-3).join(' ');
    const end = `${params.failure ?? 'no answer'}${detail === '' ? '' : `: ${detail}`}`;
    return { part, ok: false, reason: last ? `the process that tried it ended (${end})` : `not tried (${end})` };
  });
}

export function buildChecks(facts: DoctorFacts): DoctorCheck[] {
  return [
    checkNode(facts),
    ...facts.probe.flatMap((outcome) => (outcome.part === 'kernels' ? [] : [checkPart(outcome, outcome.part)])),
    checkDevice(facts),
    ...checkKernels(facts),
    checkThreads(facts),
    checkMemory(facts),
    checkDisk(facts),
    checkLibrary(facts),
  ];
}

function checkNode({ nodeVersion }: DoctorFacts): DoctorCheck {
  const isRecent = Number(nodeVersion.split('.')[0]) >= 24;
  return {
    id: 'node',
    name: 'Node',
    status: isRecent ? 'ok' : 'failed',
    found: isRecent ? nodeVersion : `${nodeVersion}, where 24 or newer is needed`,
    action: isRecent ? null : 'Start the app by `npm start` or `npm run transfusion`: they bring their own Node 24.',
  };
}

const PARTS: Record<Exclude<ProbedPart, 'kernels'>, { name: string; tried: string; action: string }> = {
  tensorflow: { name: 'TensorFlow', tried: 'loads and multiplies', action: SETUP_ACTION },
  database: {
    name: 'Database',
    tried: 'SQLite opens',
    action: 'Delete the folder node_modules and run `npm start`: it installs the packages again.',
  },
  images: {
    name: 'Image decoder',
    tried: 'writes and reads a JPEG',
    action: 'Delete the folder node_modules and run `npm start`: it installs the packages again.',
  },
};

function checkPart(outcome: PartOutcome, part: keyof typeof PARTS): DoctorCheck {
  const { name, tried, action } = PARTS[part];
  if (!outcome.ok) return { id: part, name, status: 'failed', found: outcome.reason, action };
  return {
    id: part,
    name,
    status: 'ok',
    found: `${outcome.version}, ${tried} (${formatMilliseconds(outcome.tookMs)})`,
    action: null,
  };
}

/** The device that training will use, as text; see the check `device`. */
export function deviceOf(facts: Pick<DoctorFacts, 'probe'>): 'cpu' | 'gpu' | null {
  const tensorflow = facts.probe.find(({ part }) => part === 'tensorflow');
  return tensorflow?.ok ? tensorflow.device : null;
}

function checkDevice(facts: DoctorFacts): DoctorCheck {
  const used = deviceOf(facts);
  const check = { id: 'device', name: 'Device', status: 'ok', action: null } as const;
  if (used === null) {
    return { ...check, status: 'failed', found: 'not known, since TensorFlow does not load', action: SETUP_ACTION };
  }
  if (facts.chosenDevice === 'gpu' && used === 'cpu') {
    return {
      ...check,
      status: 'warning',
      found: 'the processor, although TensorFlow for an NVIDIA card is installed: no usable card was found',
      action: 'Check the driver with nvidia-smi, or go back with `npm run setup:gpu -- --cpu`.',
    };
  }
  return {
    ...check,
    found: used === 'gpu' ? 'NVIDIA card' : 'the processor (`npm run setup:gpu` chooses an NVIDIA card)',
  };
}

const MAKE_KERNELS = 'delete the folders kernels-* in the cache (docs/setup.md) and run `npm start`';

/** Nothing where TensorFlow does not load: then that is what has to be put right. */
function checkKernels({ probe }: DoctorFacts): DoctorCheck[] {
  const kernels = probe.find(({ part }) => part === 'kernels');
  if (!kernels || !probe.some(({ part, ok }) => part === 'tensorflow' && ok)) return [];
  const check = { id: 'kernels', name: 'Native kernels', action: null } as const;
  if (!kernels.ok) {
    return [
      {
        ...check,
        status: 'failed',
        found: `they do not work, although TensorFlow does, and runs that take them fail: ${kernels.reason}`,
        action: `To train by TensorFlow's own, slower convolutions, set TRANSFUSION_CONV=tensorflow; to make the kernels anew, ${MAKE_KERNELS}.`,
      },
    ];
  }
  const { runs, reason, without } = kernels.kernels ?? { runs: null, reason: null, without: [] };
  if (runs !== null) {
    const lacks = without.length > 0 ? ` (the compiler could not make ${without.join(' and ')})` : '';
    return [{ ...check, status: 'ok', found: `fast convolutions run, instruction set ${runs}${lacks}` }];
  }
  if (reason === null) return [{ ...check, status: 'ok', found: "not needed: the card has TensorFlow's own" }];
  return [
    {
      ...check,
      status: 'warning',
      found: `none, so that TensorFlow's own, slower convolutions train: ${reason}`,
      action: `On Linux: install g++ 9 or newer, ${MAKE_KERNELS}.`,
    },
  ];
}

function checkThreads({ threads, processor }: DoctorFacts): DoctorCheck {
  return {
    id: 'threads',
    name: 'Processor',
    status: threads >= 2 ? 'ok' : 'warning',
    found: `${processor}, ${countOf(threads, 'thread')}`,
    action:
      threads >= 2
        ? null
        : 'Training works but shares its one thread with the decoding of images: expect it to be slow.',
  };
}

function checkMemory({ freeMemoryBytes, totalMemoryBytes }: DoctorFacts): DoctorCheck {
  return {
    id: 'memory',
    name: 'Memory',
    status: freeMemoryBytes >= 2 * GIB ? 'ok' : freeMemoryBytes >= GIB / 2 ? 'warning' : 'failed',
    found: `${formatBytes(freeMemoryBytes)} free of ${formatBytes(totalMemoryBytes)}`,
    action:
      freeMemoryBytes >= 2 * GIB
        ? null
        : 'A run of a small model takes about 1 GiB, a large one several: close other programs, or choose a smaller batch.',
  };
}

function checkDisk({ freeDiskBytes }: DoctorFacts): DoctorCheck {
  return {
    id: 'disk',
    name: 'Disk',
    status: freeDiskBytes >= 5 * GIB ? 'ok' : freeDiskBytes >= GIB / 4 ? 'warning' : 'failed',
    found: `${formatBytes(freeDiskBytes)} free for the library folder`,
    action:
      freeDiskBytes >= 5 * GIB
        ? null
        : 'Decoded images and checkpoints lie there: free some space, or put the library on another disk with --home.',
  };
}

function checkLibrary({ writeProblem, home }: DoctorFacts): DoctorCheck {
  return {
    id: 'library',
    name: 'Library folder',
    status: writeProblem === null ? 'ok' : 'failed',
    found: writeProblem === null ? `${home} can be written to` : `${home} cannot be written to (${writeProblem})`,
    action:
      writeProblem === null ? null : 'Give this user the right to write there, or choose another folder with --home.',
  };
}
