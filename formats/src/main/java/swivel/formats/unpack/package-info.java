/**
 * The compression formats that kernels come in, each as a bounded decoder from one byte array to another.
 *
 * <p>It uses nothing else of Swivel. Begin with {@link swivel.formats.unpack.Compression}, the table of formats; what a
 * run may spend on unpacking is in {@link swivel.formats.unpack.Budget}.
 */
package swivel.formats.unpack;
