/**
 * JMH benchmarks of the processor's and the hypervisor's parts. Each names its cost centre and why it matters.
 *
 * <p>Uses {@code swivel.vmm}, {@code swivel.encoding}, and what these use. Begin with
 * {@link swivel.bench.parts.PartBenchmarks}.
 */
package swivel.bench.parts;
