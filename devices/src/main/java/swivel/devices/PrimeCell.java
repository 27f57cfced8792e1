package swivel.devices;

/**
 * The identification registers that end the window of every ARM PrimeCell peripheral (e.g. ARM DDI 0183G, 3.3.15 on).
 */
final class PrimeCell {
    private PrimeCell() {}

    /** Offset of the first of the four PeriphID registers; the four PCellID registers follow. One byte each. */
    static final int PERIPH_ID0 = 0xfe0;

    /** The four bytes of PCellID, least significant first, the same for all of them. */
    private static final int PCELL_ID = 0xb105_f00d;

    /** ARM's number in PeriphID[19:12]. */
    private static final int DESIGNER_ARM = 0x41;

    /** The identification register at an offset from {@link #PERIPH_ID0} on. */
    static int read(int offset, int part, int revision) {
        int index = offset - PERIPH_ID0 >>> 2;
        int periphId = part | DESIGNER_ARM << 12 | revision << 20;
        return (index < 4 ? periphId : PCELL_ID) >>> (index & 3) * 8 & 0xff;
    }
}
