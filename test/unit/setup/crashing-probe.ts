/** Started by a test: says something, then dies as native code does. */
process.send?.('before', undefined, {}, () => process.kill(process.pid, 'SIGSEGV'));
setInterval(() => undefined, 1_000);
