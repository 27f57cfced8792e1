/** The compression formats that kernels come in, each as a bounded decoder from one byte array to another. */
package swivel.lpv.unpack;
