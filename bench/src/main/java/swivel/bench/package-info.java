/** Measures whole runs of guests beside QEMU; {@link swivel.bench.parts} measures the parts (docs/performance.md). */
package swivel.bench;
