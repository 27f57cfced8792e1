package swivel.formats;

import java.util.OptionalInt;

/** The symbols of an image: addresses to names. Names are made when asked for, since few of many are. */
public final class Symbols {

    /** Where the names are, by the index of the symbol. */
    @FunctionalInterface
    public interface Names {
        String name(int i);

        /** Whether the i-th symbol has this name; worth overriding where names are costly to make. */
        default boolean is(int i, String name) {
            return name(i).equals(name);
        }
    }

    /** No symbols at all. */
    public static final Symbols NONE = new Symbols(new int[0], _ -> "");

    /** An address farther than this behind a symbol does not belong to it. */
    private static final int MAX_SIZE = 1 << 20;

    private final int[] addresses;
    private final Names names;

    /**
     * Symbols in ascending unsigned order of address.
     *
     * @param addresses ascending, unsigned
     * @param names from the index of an address to the name
     */
    public Symbols(int[] addresses, Names names) {
        this.addresses = addresses;
        this.names = names;
    }

    /** How many symbols there are. */
    public int size() {
        return addresses.length;
    }

    /** The address of the i-th symbol in ascending unsigned order. */
    public int address(int i) {
        return addresses[i];
    }

    /** The name of the i-th symbol in ascending unsigned order of address. */
    public String name(int i) {
        return names.name(i);
    }

    /** The symbol an address lies in; an empty string where there is none. */
    public String nameAt(int address) {
        int i = indexAt(address);
        return i < 0 || address - addresses[i] >= MAX_SIZE ? "" : name(i);
    }

    /**
     * The symbol an address lies in with the offset in it ({@code schedule+0x10}); an empty string where there is none.
     */
    public String describe(int address) {
        int i = indexAt(address);
        if (i < 0 || address - addresses[i] >= MAX_SIZE) {
            return "";
        }
        int offset = address - addresses[i];
        return offset == 0 ? name(i) : name(i) + "+0x" + Integer.toHexString(offset);
    }

    /** The address of a symbol by its exact name. */
    public OptionalInt address(String name) {
        for (int i = 0; i < addresses.length; i++) {
            if (names.is(i, name)) {
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
