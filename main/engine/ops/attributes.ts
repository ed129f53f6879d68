/** Attributes of TensorFlow ops. The numbers are `TF_AttrType` and `TF_DataType` of TensorFlow's C API, which are fixed. */
import { DT_FLOAT, DT_INT32, type OpAttribute } from '../tf.ts';

export const text = (name: string, value: string): OpAttribute => ({ name, type: 0, value });
export const int = (name: string, value: number): OpAttribute => ({ name, type: 1, value });
export const ints = (name: string, value: number[]): OpAttribute => ({ name, type: 1, value });
export const float = (name: string, value: number): OpAttribute => ({ name, type: 2, value });
export const bool = (name: string, value: boolean): OpAttribute => ({ name, type: 3, value });
export const dtype = (name: string, value: number): OpAttribute => ({ name, type: 4, value });
export const shape = (name: string, value: number[]): OpAttribute => ({ name, type: 5, value });

/** `T = float32`, which nearly every op wants. */
export const T_FLOAT = dtype('T', DT_FLOAT);
export const TIDX_INT32 = dtype('Tidx', DT_INT32);
