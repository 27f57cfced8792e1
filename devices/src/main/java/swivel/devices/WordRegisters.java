package swivel.devices;

import swivel.memory.Mmio;

/** A window of 32-bit registers. A narrower access reaches its byte lanes of the word it lies in, and no further. */
interface WordRegisters extends Mmio {
    /** Reads the word at {@code offset}, a multiple of 4. */
    int readWord(int offset);

    /**
     * Writes the word at {@code offset}, a multiple of 4.
     *
     * @param value zero outside the lanes
     * @param lanes ones in the bytes that are written
     */
    void writeWord(int offset, int value, int lanes);

    @Override
    default int read(int offset, int size) {
        return readWord(offset & ~3) >>> shift(offset) & mask(size);
    }

    @Override
    default void write(int offset, int size, int value) {
        int lanes = mask(size) << shift(offset);
        writeWord(offset & ~3, value << shift(offset) & lanes, lanes);
    }

    private static int shift(int offset) {
        return (offset & 3) * 8;
    }

    private static int mask(int size) {
        return size == 4 ? -1 : (1 << size * 8) - 1;
    }
}
