package io.trolleybus.inventory.domain;

import static org.assertj.core.api.Assertions.assertThat;

import io.trolleybus.inventory.domain.Reservation.Sale;
import io.trolleybus.model.InventoryMessages.StockLine;
import io.trolleybus.model.Refusals;
import java.util.List;
import java.util.UUID;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

class ReservationTest {
    private static final UUID FIRST = new UUID(0, 1);
    private static final UUID SECOND = new UUID(0, 2);

    private static StockLine bells(int quantity) {
        return new StockLine("bell", quantity);
    }

    private static StockLine poles(int quantity) {
        return new StockLine("pole", quantity);
    }

    private static Reservation of(ReservationState state) {
        return new Reservation(new UUID(1, 1), state, List.of(bells(3), poles(2)), List.of(0, 0), List.of());
    }

    @ParameterizedTest
    @EnumSource(names = {"HELD", "ALLOCATED"})
    void aPartThatIsShippedLeavesTheRestAllocated(ReservationState state) {
        Sale sale = of(state).ship(FIRST, List.of(bells(2)));

        assertThat(sale.lines()).containsExactly(bells(2));
        assertThat(sale.after().state()).isEqualTo(ReservationState.ALLOCATED);
        assertThat(sale.after().open()).containsExactly(bells(1), poles(2));
        assertThat(sale.after().version()).isEqualTo(2);
    }

    @Test
    void theLastPartLeavesNothing() {
        Reservation partly =
                of(ReservationState.ALLOCATED).ship(FIRST, List.of(bells(3))).after();

        Sale sale = partly.ship(SECOND, List.of(poles(1), poles(1)));

        assertThat(sale.lines()).containsExactly(poles(2));
        assertThat(sale.after().state()).isEqualTo(ReservationState.SOLD);
        assertThat(sale.after().open()).isEmpty();
    }

    @Test
    void aShipmentIsCountedOnce() {
        Reservation partly =
                of(ReservationState.ALLOCATED).ship(FIRST, List.of(bells(1))).after();

        assertThat(partly.ship(FIRST, List.of(bells(1)))).isEqualTo(new Sale(partly, List.of()));
    }

    @Test
    void noMoreLeavesThanIsReserved() {
        Sale sale = of(ReservationState.ALLOCATED).ship(FIRST, List.of(bells(5), new StockLine("pump", 1)));

        assertThat(sale.lines()).containsExactly(bells(3));
        assertThat(sale.after().open()).containsExactly(poles(2));
    }

    @ParameterizedTest
    @EnumSource(names = {"SOLD", "RELEASED"})
    void whatIsNotReservedHasNothingToGive(ReservationState state) {
        Reservation reservation = of(state);

        assertThat(reservation.open()).isEmpty();
        assertThat(reservation.ship(FIRST, List.of(bells(1)))).isEqualTo(new Sale(reservation, List.of()));
    }

    @Test
    void itIsReleasedAsAWholeOrNotAtAll() {
        Reservation whole = of(ReservationState.ALLOCATED);

        assertThat(whole.checkRelease()).isEmpty();
        assertThat(whole.ship(FIRST, List.of(bells(1))).after().checkRelease())
                .hasValueSatisfying(refusal -> assertThat(refusal.code()).isEqualTo(Refusals.PARTLY_SHIPPED));
    }
}
