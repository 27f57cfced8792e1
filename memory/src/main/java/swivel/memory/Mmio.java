package swivel.memory;

/**
 * A device's register window on the bus. Called on the vCPU's thread. A device must survive every access a guest can
 * make.
 */
public interface Mmio {
    /**
     * Reads a register.
     *
     * @param offset bytes from the window's start, below its length; unaligned values are possible
     * @param size 1, 2 or 4 bytes
     * @return the value, zero-extended; what is not a register reads as zero
     */
    int read(int offset, int size);

    /** Writes a register; what is not a register ignores it. Parameters as for {@link #read}. */
    void write(int offset, int size, int value);
}
