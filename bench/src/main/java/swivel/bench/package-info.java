/**
 * Measures whole runs of guests beside QEMU; {@link swivel.bench.parts} measures the parts (docs/performance.md).
 *
 * <p>Uses, of Swivel's packages, {@code swivel.lpv.report} alone: it measures processes from outside. Begin with
 * {@link swivel.bench.Main}; what is run is in {@code Suite}.
 */
package swivel.bench;
