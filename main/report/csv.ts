export { formatCsv, formatRecords, type CsvCell } from '../../shared/csv.ts';
