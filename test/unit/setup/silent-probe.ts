/** Started by a test: never answers. */
setInterval(() => undefined, 1_000);
