export { formatCsv, formatRecords, type CsvCell } from '../../../shared/tables/csv.ts';
