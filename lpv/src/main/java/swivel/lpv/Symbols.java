package swivel.lpv;

import java.util.OptionalInt;

/** The symbols of an image: code addresses to names. */
public final class Symbols {

    /** No symbols at all. */
    public static final Symbols NONE = new Symbols(new int[0], new String[0]);

    private final int[] addresses;
    private final String[] names;

    /**
     * Symbols in ascending unsigned order of address.
     *
     * @param addresses ascending, unsigned
     * @param names of the same length
     */
    Symbols(int[] addresses, String[] names) {
        this.addresses = addresses;
        this.names = names;
    }

    public boolean isEmpty() {
        return addresses.length == 0;
    }

    /** How many symbols there are. */
    public int size() {
        return addresses.length;
    }

    /** The address of the i-th symbol in ascending unsigned order. */
    int address(int i) {
        return addresses[i];
    }

    /** The symbol an address lies in; an empty string where there is none. */
    public String nameAt(int address) {
        int i = indexAt(address);
        return i < 0 ? "" : names[i];
    }

    /** The symbol an address lies in with the offset in it ({@code schedule+0x10}); an empty string where there is none. */
    public String describe(int address) {
        int i = indexAt(address);
        if (i < 0) {
            return "";
        }
        int offset = address - addresses[i];
        return offset == 0 ? names[i] : names[i] + "+0x" + Integer.toHexString(offset);
    }

    /** The address of a symbol by its exact name. */
    public OptionalInt address(String name) {
        for (int i = 0; i < names.length; i++) {
            if (names[i].equals(name)) {
                return OptionalInt.of(addresses[i]);
            }
        }
        return OptionalInt.empty();
    }

    /** The last symbol at or before an address, negative if there is none. */
    private int indexAt(int address) {
        int low = 0;
        int high = addresses.length - 1;
        while (low <= high) {
            int middle = (low + high) >>> 1;
            if (Integer.compareUnsigned(addresses[middle], address) <= 0) {
                low = middle + 1;
            } else {
                high = middle - 1;
            }
        }
        return high;
    }
}
