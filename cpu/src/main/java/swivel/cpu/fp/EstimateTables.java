package swivel.cpu.fp;

/**
 * ARM's tables of estimates (ARM DDI 0406C, A2.7.8), which are computed. Apart from {@link Estimates}, since emitted
 * code has them too, and those who start should not wait for more.
 */
public final class EstimateTables {
    private EstimateTables() {}

    /** recip_estimate of a number 256 to 511 that stands for a/512: 256 to 511, which stands for r/256. */
    public static int reciprocal(int a) {
        double inverse = 1.0 / ((a + 0.5) / 512.0);
        return (int) (256.0 * inverse + 0.5);
    }

    /**
     * recip_sqrt_estimate of a number in [1/4, 1): 256 to 511, which stands for r/256.
     *
     * @param a its top bits: below 256 it stands for a/512 and is 128 at least; from 256 on too, and the lowest bit is
     *     not looked at
     */
    public static int reciprocalRoot(int a) {
        double middle = a < 256 ? (a + 0.5) / 512.0 : ((a >> 1) + 0.5) / 256.0;
        return (int) (256.0 / Math.sqrt(middle) + 0.5);
    }
}
