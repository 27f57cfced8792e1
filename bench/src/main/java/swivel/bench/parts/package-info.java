/** JMH benchmarks of the processor's and the hypervisor's parts. Each names its cost centre and why it matters. */
package swivel.bench.parts;
