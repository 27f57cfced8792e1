/**
 * The rewriter of source trees: recognizes sensitive instructions in C and assembler text and makes them macros of GAS.
 *
 * <p>Uses {@code swivel.arm}, {@code swivel.encoding} and {@code swivel.lpv.report}, and nothing of the rewriter of
 * images. Begin with {@link swivel.lpv.source.SourceTree}.
 */
package swivel.lpv.source;
