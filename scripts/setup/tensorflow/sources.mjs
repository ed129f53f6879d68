/**
 * Which file holds TensorFlow for which machine. SHA-256 pinned; a file with another sum is never unpacked.
 *
 * Linux: PyPI's wheels, of which only the C++ library, the C headers and the notices are used; they are unpacked, never
 * imported, so that the Python version in their name does not matter. Windows: TensorFlow's official C library, since
 * the Windows wheel has no import library for it.
 */

export const TENSORFLOW_VERSION = '2.21.0';
export const NAPI_VERSION = 8;

/**
 * @typedef {'cpu' | 'gpu'} Device
 * @typedef {object} Wheel
 * @property {'wheel'} kind
 * @property {string} version of TensorFlow
 * @property {string} requirement as pip takes it
 * @property {string} tag platform tag of the wheel
 * @property {string} file
 * @property {string} sha256
 * @property {number} downloadBytes
 * @property {number} unpackedBytes
 * @property {boolean} tried whether a machine of this kind has run it for this release
 * @property {string | null} extra the wheel's extra that lists further wheels to fetch
 * @typedef {object} Archive
 * @property {'archive'} kind
 * @property {string} version
 * @property {string} url
 * @property {string} file
 * @property {string | null} sha256 null: not known to us; the sum found is printed and recorded
 * @property {number} downloadBytes
 * @property {number} unpackedBytes
 * @property {boolean} tried
 * @typedef {Wheel | Archive} Source
 */

/** @type {Record<string, Source>} `platform-arch-device` -> source */
const SOURCES = {
  'linux-x64-cpu': {
    kind: 'wheel',
    version: TENSORFLOW_VERSION,
    requirement: `tensorflow-cpu==${TENSORFLOW_VERSION}`,
    tag: 'manylinux_2_27_x86_64',
    file: 'tensorflow_cpu-2.21.0-cp311-cp311-manylinux_2_27_x86_64.whl',
    sha256: '2b847d217b02ee7731ed91431daf3250daa0196c3c94614d23be27232e6e5b6c',
    downloadBytes: 273_829_956,
    unpackedBytes: 860_000_000,
    tried: true,
    extra: null,
  },
  'linux-arm64-cpu': {
    kind: 'wheel',
    version: TENSORFLOW_VERSION,
    requirement: `tensorflow==${TENSORFLOW_VERSION}`,
    tag: 'manylinux_2_27_aarch64',
    file: 'tensorflow-2.21.0-cp311-cp311-manylinux_2_27_aarch64.whl',
    sha256: '4b24aca16d527a3cf1c37f720c04c484c3d20f4d0fdfa98632ac8b9f3be6eb5c',
    downloadBytes: 290_000_000,
    unpackedBytes: 1_000_000_000,
    tried: false,
    extra: null,
  },
  'linux-x64-gpu': {
    kind: 'wheel',
    version: TENSORFLOW_VERSION,
    requirement: `tensorflow==${TENSORFLOW_VERSION}`,
    tag: 'manylinux_2_27_x86_64',
    file: 'tensorflow-2.21.0-cp311-cp311-manylinux_2_27_x86_64.whl',
    sha256: '9056fbc9ba04235810b71ae6cbd958a196e8804fb53bbcffbf3e23b56155f124',
    downloadBytes: 3_500_000_000,
    unpackedBytes: 8_000_000_000,
    tried: false,
    extra: 'and-cuda',
  },
  'win32-x64-cpu': {
    kind: 'archive',
    version: '2.18.1',
    url: 'https://storage.googleapis.com/tensorflow/versions/2.18.1/libtensorflow-cpu-windows-x86_64.zip',
    file: 'libtensorflow-cpu-windows-x86_64-2.18.1.zip',
    sha256: null,
    downloadBytes: 130_000_000,
    unpackedBytes: 900_000_000,
    tried: false,
  },
};

/** What the C binding of tfjs-node includes lies below these folders of the wheel: 2 MB of 268 MB of headers. */
export const WHEEL_PARTS = [
  'tensorflow/libtensorflow_cc.so.2',
  'tensorflow/libtensorflow_framework.so.2',
  'tensorflow/THIRD_PARTY_NOTICES.txt',
  'tensorflow/include/tensorflow/c/',
  'tensorflow/include/tensorflow/core/platform/',
  'tensorflow/include/tsl/platform/',
  'tensorflow/include/xla/tsl/c/',
];

/**
 * @param {{ platform: string, arch: string, device: Device }} machine
 * @returns {Source | null} null: TensorFlow is not to be had for this machine
 */
export function tensorflowSource({ platform, arch, device }) {
  return SOURCES[`${platform}-${arch}-${device}`] ?? null;
}

/** Name of the unpacked runtime in the cache. @param {{ platform: string, arch: string, device: Device }} machine @param {Source} source */
export function runtimeName({ platform, arch, device }, source) {
  return `tensorflow-${source.version}-${device}-${platform}-${arch}`;
}

/** Name of the compiled binding in the cache. @param {string} runtime @param {string} tfjsVersion */
export function bindingName(runtime, tfjsVersion) {
  return `binding-tfjs-${tfjsVersion}-napi-v${NAPI_VERSION}-${runtime}`;
}
