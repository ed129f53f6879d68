/** What the app knows of a model. */
import type { ModelFamily, ModelId } from '../../../shared/study/models.ts';
import type { Graph } from '../graph/definition.ts';

export interface ModelDefinition {
  id: ModelId;
  name: string;
  family: ModelFamily;
  /** One line for tables: `4 blocks of 7x7, widths 64 128 256 512`. */
  architecture: string;
  /** Stages below the head, from the image up: what transfusion, freezing and CCA name. */
  stages: string[];
  /** The model that this one was made of, whose tensors fit the stages that both share. */
  base: ModelId | null;
  /** "Parameters" in Table 1; null where the paper's table has no such model. */
  paperParameters: number | null;
  /** What {@link paperParameters} counts, or why there is none. */
  paperNote: string;
  graph(outputs: number): Graph;
}
