/** RFMiD: a table of 46 findings for each of three parts, in each of which the numbers of images start again. */
import type { Layout } from '../layout.ts';
import { NO_PATIENTS } from '../recogniser.ts';

const FINDINGS =
  'DR ARMD MH DN MYA BRVO TSLN ERM LS MS CSR ODC CRVO TV AH ODP ODE ST AION PT RT RS CRS EDN RPEC MHL RP CWS CB ODPM PRH MNF HR CRAO TD CME PTCR CF VH MCA VS BRAO PLQ HPED CL'.split(
    ' ',
  );
/** Of fewer positive images nothing is learned, and an AUC says nothing. */
const FEWEST = 10;

export const rfmid: Layout = {
  id: 'rfmid',
  name: 'RFMiD (46 retinal findings)',
  modality: 'fundus',
  signature: {
    columns: ['ID', 'Disease_Risk', ...FINDINGS.slice(0, 28)],
    files: /RFMiD.*(training|validation|testing)/i,
  },
  row: { image: 'ID' },
  patientRule: NO_PATIENTS,
  labels: [
    { kind: 'findings', columns: FINDINGS, fewest: FEWEST },
    { kind: 'findings', columns: ['Disease_Risk'] },
  ],
  remarks: ['The images come from three cameras; the tables do not say which.'],
};
