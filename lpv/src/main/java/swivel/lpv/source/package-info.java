/**
 * The rewriter of source trees: gives the assembler macros that bear the names of sensitive mnemonics, and changes in C
 * and assembler text what no mnemonic shows.
 *
 * <p>Uses {@code swivel.arm}, {@code swivel.encoding} and {@code swivel.lpv.report}, and nothing of the rewriter of
 * images. Begin with {@link swivel.lpv.source.SourceTree}.
 */
package swivel.lpv.source;
