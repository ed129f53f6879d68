export { formatCsv, type CsvCell } from '../../shared/csv.ts';
