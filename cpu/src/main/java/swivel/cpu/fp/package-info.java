/**
 * Floating-point and Advanced SIMD arithmetic on raw bits, as the pseudocode of the manual has it (ARM DDI 0406C, A2.6
 * and A2.7): static methods that know no registers, but for {@link swivel.cpu.fp.ScalarOperation}. Modes and cumulative
 * flags are in a {@link swivel.cpu.fp.FpContext}.
 *
 * <p>Uses {@link swivel.cpu}. Begin with {@link swivel.cpu.fp.SoftFloat}, which is exact for all formats and modes and
 * slow; {@link swivel.cpu.fp.Float32} and {@link swivel.cpu.fp.Float64} let the host compute where it provably comes to
 * the same. {@link swivel.cpu.fp.Lanes} applies a {@link swivel.cpu.fp.LaneOperation} to vectors.
 */
package swivel.cpu.fp;
