/**
 * What all readers of files have in common: little-endian numbers in byte arrays, symbols, and the exception that tells
 * a person what is wrong with a file. The formats themselves are in the packages below, one parser for each; loader and
 * rewriter use the same.
 *
 * <p>This package uses no other one. Begin with {@code swivel.formats.kernel} for what a kernel comes in, or with
 * {@code swivel.formats.elf}.
 */
package swivel.formats;
